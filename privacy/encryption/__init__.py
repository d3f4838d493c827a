"""Encryption of values with keys that are stored outside the database, and signatures."""
