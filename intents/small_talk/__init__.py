"""Greetings, thanks and the like: a friendly line, never an FAQ."""
