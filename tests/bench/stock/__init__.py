"""The stock twin: the account page as built from packages, for comparison.

It uses guardian's object permissions and auditlog's access log, both with their defaults, and its own tables, filled
from Loge's.
"""
