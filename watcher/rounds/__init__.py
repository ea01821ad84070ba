"""One round, and what else happens now and then: poll, take in, brake, tell; digests, reminders, replay, import.

A round judges what a reading brought, and stores the change, the new history and the messages to send in one commit.
Nothing is sent here.
"""
