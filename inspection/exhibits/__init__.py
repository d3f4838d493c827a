"""Exhibits: numbered documents that answer the questions of a data protection inspector.

The module `catalogue` lists them, and `shape` defines their data classes.
"""
