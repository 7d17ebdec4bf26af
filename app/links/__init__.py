"""What grew out of what: links between records of different kinds."""
