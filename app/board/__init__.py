"""What is due, what is late, what waits for whom: one board for every post."""
