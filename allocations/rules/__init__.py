"""Rules of allocating social housing, as functions without a database.

The modules take and return plain values and dataclasses. A rule that French law leaves to the landlord, or that has not
been verified, is never a constant: it is a dated row with a source (`rows.py`). `cases/` reads the same rules' input
from JSON, for the command `allocation_calculate`; docs/allocation-calculations.md describes it.

A calculation has one of three results (`results.py`): it returns an answer, raises MissingFacts, or raises LawIsOpen.
"""
