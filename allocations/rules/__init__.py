"""Rules for allocating social housing, as functions that do not use the database.

The functions take and return plain values and dataclasses. A figure that French law leaves to the landlord, or that has
not been verified, is never a constant but a dated row with its source (`rows.py`). A calculation returns an answer,
raises MissingFacts, or raises LawIsOpen if the law is unclear (`results.py`).

`cases/` applies the rules to JSON input for the command `allocation_calculate` (docs/allocation-calculations.md).
"""
