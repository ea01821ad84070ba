"""The bot that answers in Slack, over a line that it opens itself: no public address is needed."""
