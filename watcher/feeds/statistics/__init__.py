"""Ofsted's official statistics files: every inspection of a year, and each provider's latest at a day.

`file.read_file` reads one, whatever its year, form and spelling. What a row says is told or named as not understood;
nothing is guessed.
"""
