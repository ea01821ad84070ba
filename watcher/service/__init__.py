"""The long-running process: it starts, decides what is due, carries out requests, and watches itself.

Whatever happens to a feed, a channel or the disk, it goes on with the rest and tells the operator.
"""
