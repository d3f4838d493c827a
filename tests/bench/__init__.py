"""Measures what access control and the audit log cost, compared with the same work without them.

The results are ratios to read; no test fails because of them.
"""
