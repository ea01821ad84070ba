"""The line to Slack, by which it says what people do: opened from here, kept open, opened anew (Socket Mode).

`slack_line` is all that others use, with the `state` that it tells of and the `envelope` that it hands on.
"""
