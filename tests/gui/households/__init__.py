"""The register, driven as a person would."""
