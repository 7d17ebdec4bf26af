"""What the county sets, on the screen."""
