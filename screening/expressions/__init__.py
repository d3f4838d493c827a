"""Finds the expressions of `lexicons/*.txt` in a text, and determines whom or what each is about."""
