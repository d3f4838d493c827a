"""Access checks that run before a view: the `@door` decorator, the access context, purposes, limits and refusals."""
