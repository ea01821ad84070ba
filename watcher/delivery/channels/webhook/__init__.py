"""Posts signed JSON to another program."""
