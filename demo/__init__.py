"""The invented landlord of the demonstration. It is the same every time."""
