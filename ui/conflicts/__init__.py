"""What two people wrote at once, put before a person to settle."""
