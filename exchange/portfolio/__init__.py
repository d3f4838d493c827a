"""Import and export of a landlord's data as CSV files. An import with an error writes nothing. Errors never quote a
cell."""
