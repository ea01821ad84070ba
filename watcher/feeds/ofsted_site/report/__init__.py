"""What the text of a report file says: whose it is, when, how it was judged and what is quoted of it."""

from watcher.feeds.ofsted_site.report.reading import read_report
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Previous, Report

__all__ = ("CouldNotTell", "Previous", "Report", "read_report")
