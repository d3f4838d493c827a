"""The security requirements of OWASP ASVS 5.0 as a table of 65 rows. Each row has the ids of some requirements, what
Loge guarantees about them, and the tests that prove the guarantee.

`python -m tests.asvs` prints the table.
"""
