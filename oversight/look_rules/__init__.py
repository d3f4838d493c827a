"""Questions to employees who opened data without an apparent reason: the rules that ask them, the audit events shown to
reviewers, and each rule's precision.
"""
