"""Splits a text into words. Finds the characters that a reader sees, the start of each word, and its spelling."""
