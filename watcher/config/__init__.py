"""The whole configuration as one typed table, read from TOML; every mistake in it is named with its line."""
