"""Granting and ending access: access requests, assignments, stand-ins, reviews, revocations."""
