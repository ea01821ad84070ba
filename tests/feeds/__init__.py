"""Tests of watcher.feeds.feed."""
