"""An application to compare Loge with: the account page as one would build it from common packages.

It uses django-guardian's object permissions and django-auditlog's access log, both with their defaults. It has its own
tables, filled with Loge's data.
"""
