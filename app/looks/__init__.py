"""Who looked at what is masked: each look is a record that travels to the county."""
