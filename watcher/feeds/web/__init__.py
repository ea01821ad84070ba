"""The polite client: few requests, spaced, conditional and backed off, within the hosts that a feed may visit.

What a server sends is read within limits; what is wrong is one of three failures that say what the operator can do.
"""
