"""The stock twin: the same page as one would build it from packages, with guardian's permissions object by object and
auditlog's access log, both with their defaults. Its tables are its own, filled from the house's."""
