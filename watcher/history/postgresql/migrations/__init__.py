"""What made the database what it is, step by step: numbered files that never change once they were released."""
