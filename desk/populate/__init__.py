"""Invented residents, staff and years of ledger, in bulk: deterministic for a seed, loaded by COPY."""
