"""Sends through any of the services that Apprise knows."""
