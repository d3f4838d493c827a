"""Planted defects: small edits of the code, each of which must make a named test fail.

`./dev mutants` tries them all.
"""
