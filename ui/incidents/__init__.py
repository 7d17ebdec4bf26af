"""The windows of incidents: the list, one incident with its timeline, the form."""
