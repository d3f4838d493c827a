"""Exhibits: numbered documents that answer an inspector's questions. `shape` defines an exhibit, `catalogue` lists
them.
"""
