"""OWASP ASVS 5.0 as a table: 65 lines with the numbers of the requirements, what Loge guarantees, and the tests.

python -m tests.asvs      prints the table
"""
