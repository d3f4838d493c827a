"""Simulates a month of views of tenants' data, in which some employees misuse their access. The simulation measures how
much of this misuse the nightly rules find."""
