"""Finds every input of text in the code, sends a marker word to each, and searches every place that could store it."""
