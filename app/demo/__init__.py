"""The throw-away county and the tour: composition, so it may import everything."""
