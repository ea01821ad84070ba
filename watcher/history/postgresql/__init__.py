"""The history in PostgreSQL, which several machines share."""
