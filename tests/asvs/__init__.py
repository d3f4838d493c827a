"""OWASP ASVS 5.0 as a table of 65 lines: the numbers of the requirements, what Loge guarantees, and the tests of it.

`python -m tests.asvs` prints the table.
"""
