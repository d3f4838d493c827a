"""Measures what access control and the audit log cost, compared with the same work without them.

The results are ratios. No test fails because of them.
"""
