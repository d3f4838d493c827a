"""Reads uploaded workbooks (xlsx, ods) as CSV, so that every import accepts them."""
