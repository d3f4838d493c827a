"""Checks made before a view runs: the `@door` decorator, the access context, purposes, limits and refusals."""
