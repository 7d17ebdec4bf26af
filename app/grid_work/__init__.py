"""What a grid worker does all week: visits, micro-services, hazards, duty and patrols."""
