"""Finds every input of text in the code, plants a marker word in each, and searches every place that could store it."""
