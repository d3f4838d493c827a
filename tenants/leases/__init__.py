"""Helpers for changes to leases: checks of typed dates, undoing a change on its day, and confirmation pages."""
