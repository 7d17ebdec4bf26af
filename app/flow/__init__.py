"""The chain a case goes through: accepted, dispatched, handled, settled together, told of."""
