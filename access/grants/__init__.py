"""Granting and ending access: requests, assignments, stand-ins, reviews, revocations."""
