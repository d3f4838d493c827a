"""Creates the invented landlord of the demonstration. The random seed is fixed, so each load gives the same people."""
