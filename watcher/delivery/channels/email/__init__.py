"""E-mail: rendering, the message with its headers, and the way over SMTP."""
