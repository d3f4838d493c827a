"""Encrypts values, and signs documents, with keys that are stored outside the database."""
