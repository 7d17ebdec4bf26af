"""What the county sets for everybody: public holidays, names, limits of its own."""
