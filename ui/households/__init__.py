"""The register: micro-grids, households, residents, and the import of a roster."""
