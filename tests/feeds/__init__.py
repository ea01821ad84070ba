"""Tests of watcher.feeds."""
