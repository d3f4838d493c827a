"""Import and export of a landlord's data as CSV files. An import is all or nothing, and errors never quote a cell."""
