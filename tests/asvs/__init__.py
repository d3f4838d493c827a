"""The security standard as a table: 65 lines of OWASP ASVS 5.0 by their numbers, what holds here, and what proves it.

python -m tests.asvs      prints the table
"""
