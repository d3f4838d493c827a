"""Splits a text into words: its visible characters, where each word begins, and how it is spelled."""
