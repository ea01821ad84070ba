"""Makers of report files in the layouts of 2013 to today, with invented prose and without people."""
