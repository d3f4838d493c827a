"""Generates invented residents, staff and ledgers in bulk, and loads their rows by COPY. The same seed always gives the
same data."""
