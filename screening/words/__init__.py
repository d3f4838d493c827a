"""Splits a text into words: its visible characters, the start of each word, and each word's normal spelling."""
