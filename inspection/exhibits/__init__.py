"""Exhibits: numbered documents that answer an inspector's questions. `shape` has their data classes, `catalogue` their
list.
"""
