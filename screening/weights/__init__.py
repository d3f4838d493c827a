"""Computes a parsed text's features, and from trained weights a score of how likely it discloses something."""
