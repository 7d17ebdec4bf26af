"""Work that is not with the county yet, or that the county did not take."""
