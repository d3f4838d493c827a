"""Computes the features of a parsed text, and with trained weights a score: how likely the text discloses something."""
