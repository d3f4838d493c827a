"""Reads a case of allocation as JSON, applies the rules to it, and returns the answer as JSON."""
