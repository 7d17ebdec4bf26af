"""The windows of disputes: the list, one case with its timeline, the form."""
