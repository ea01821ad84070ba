"""What the text of a report file says: whose it is, when, how it was judged and what is quoted of it.

`report.read_report` gives a `Report`, or a `CouldNotTell` with the reason. A grade is one that two places of the file
agree on; a quotation is the file's own words.
"""
