"""Files that come and go: reading the rosters that village committees keep."""
