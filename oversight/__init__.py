"""Pages of the data protection officer: the audit log, questions about views, exposure figures, the record of
processing activities.
"""
