"""The CQC's API: all locations that fit the filters once, then those that its list of changes names."""
