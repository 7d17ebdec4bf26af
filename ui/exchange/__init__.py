"""Tables from Excel and to it: the screens that every kind of table shares."""
