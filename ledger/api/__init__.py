"""Accounts and entries for programs."""
