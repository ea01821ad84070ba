"""One home or one change with all that was told of it and done about it, in words."""
