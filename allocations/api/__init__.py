"""API endpoints for applications and vacancies. They use the same permissions, row filters and actions as the pages.

There is no list of applicants and no search, because an application opens for an occasion only.
"""
