"""Time limits of cases: the law's and the county's, side by side."""
