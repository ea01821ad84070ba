"""The app manifest that Slack is given, and how another differs from it."""
