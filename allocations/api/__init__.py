"""API endpoints for applications and vacancies. They use the same permissions, row filters and actions as the pages.

No endpoint lists or searches applicants, because an application can only be opened for a recorded reason.
"""
