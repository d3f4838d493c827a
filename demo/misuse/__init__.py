"""Simulates a month of views with known misuse, to measure what the rules about unexplained views find and miss."""
