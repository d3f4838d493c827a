"""Rules that ask employees why they opened certain data without an apparent reason.

Also finds the audit events that help a reviewer to judge the answer, and computes how many questions of each rule were
justified.
"""
