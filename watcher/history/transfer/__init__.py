"""A history moves: from a folder into a database, from a database into a folder, or from one database into another."""
