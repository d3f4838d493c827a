"""What access control and the audit log cost, compared with the same work without them.

Ratios to read: no test fails.
"""
