"""The landlord one is shown: invented from end to end, the same every time."""
