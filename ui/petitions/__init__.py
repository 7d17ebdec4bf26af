"""The windows of petitions."""
