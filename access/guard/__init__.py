"""What stands before a view: the door decorator, its context, purposes, limits and refusals."""
