"""What people may ask for, whichever door they come through: acknowledge, silence, retry, release.

Each is kept with who asked and why, and does the same from the command line, a page or a chat.
"""
