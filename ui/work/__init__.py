"""Work off the main thread, with answers on it."""
