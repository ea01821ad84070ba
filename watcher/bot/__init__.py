"""The bot that answers in a chat: what people press and write there is kept, done once, and answered.

What is done is done by `actions/`, what is answered comes from `answers/`; messages are sent by the outbox as ever.
"""
