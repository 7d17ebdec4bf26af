"""The three mediations (三调联动): sessions, mediators, agreements, performance."""
