"""走访: the week's plan, visits, micro-services and hazards."""
