"""网格警事: what disturbed the peace in a micro-grid, and what became of it."""
