"""Slack, as a bot that posts to one channel of a workspace: https://docs.slack.dev/reference/methods/chat.postMessage"""
