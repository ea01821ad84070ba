"""The pages: health and metrics, in the service's own loop.

What they need of the service is handed to them as values.
"""
