"""Time limits on the screen."""
