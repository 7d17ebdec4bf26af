"""The page 走访 on a real encrypted file, worked by its keys."""
