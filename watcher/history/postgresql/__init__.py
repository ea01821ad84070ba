"""The history in a PostgreSQL database, for several machines.

`database` is where connections come from, `migrations` what the database has to look like, `history` the questions.
"""
