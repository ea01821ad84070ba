"""A home's graded inspections, newest right: as a picture, as a line of text and as a sentence, for all channels."""

from watcher.messages.timeline.drawing import WIDTH, height, svg
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.raster import png
from watcher.messages.timeline.sentences import alt, letters, line, strip

__all__ = ("WIDTH", "Point", "alt", "height", "letters", "line", "png", "strip", "svg")
