"""Pages of the data protection officer: the audit log, questions to employees about data that they opened, exposure
figures, the record of processing activities.
"""
