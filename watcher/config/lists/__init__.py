"""Lists of homes: a file that somebody keeps beside the configuration, read whole or refused with file and row."""
