"""A home's graded inspections, newest right: as a picture, as a line of text and as a sentence, for all channels.

What the picture shows the sentence says too. The same inspections give the same bytes.
"""
