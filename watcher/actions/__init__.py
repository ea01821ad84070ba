"""What people may ask for, whichever door they come through: acknowledge, silence, retry, release, stop mails.

Each module finds what is meant, refuses what cannot be, and carries it out on the history and the outbox; it does the
same from the command line, a page or a chat.
"""
