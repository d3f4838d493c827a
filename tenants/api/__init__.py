"""Residents, accounts and entries for programs: the same doors, rows and acts as the pages."""
