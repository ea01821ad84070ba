"""The founding case: the real service against a small local site that publishes summer 2018 in fast motion.

Grades, dates and counts are the real ones; the words of its reports are invented, and say so.
"""
