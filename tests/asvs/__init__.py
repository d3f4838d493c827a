"""The security requirements of OWASP ASVS 5.0 as a table of 65 lines. Each line has the numbers of requirements, what
Loge guarantees about them, and the tests that prove the guarantee.

`python -m tests.asvs` prints the table.
"""
