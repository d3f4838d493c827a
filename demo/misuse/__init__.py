"""Simulates a month of views of personal data with planted misuse, to measure how much of it the nightly rules find."""
