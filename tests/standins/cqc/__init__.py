"""A stand-in for the CQC's API."""
