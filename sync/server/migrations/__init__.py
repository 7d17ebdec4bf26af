"""The county database's own history; see `sync.server.schema`."""
