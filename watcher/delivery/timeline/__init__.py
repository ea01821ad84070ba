"""A home's graded inspections, newest right: as a picture, as a line of text and as a sentence, for all channels."""

from watcher.delivery.timeline.drawing import WIDTH, height, svg
from watcher.delivery.timeline.point import Point
from watcher.delivery.timeline.raster import png
from watcher.delivery.timeline.sentences import alt, strip

__all__ = ("WIDTH", "Point", "alt", "height", "png", "strip", "svg")
