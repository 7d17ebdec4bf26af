"""What hangs on a record, and the page that shows it large."""
