"""Not part of the program: what its data are made from."""
