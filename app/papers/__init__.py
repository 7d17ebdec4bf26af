"""The papers of a case: which there are, which fit now, and what stands in them."""
