"""Registers: tables of how homes are rated now, of whatever publisher; what changed is told from one to the next."""
