"""Generates invented residents, staff and ledgers in bulk. The result depends only on the seed; rows are loaded by
COPY.
"""
