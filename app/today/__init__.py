"""What there is to do today, for whoever is signed in."""
