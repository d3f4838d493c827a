"""Pages of the data protection officer: the audit log, questions to employees about data that they opened, figures on
how many resident cards each role can open, the record of processing activities.
"""
