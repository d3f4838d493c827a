"""Functions that change the data of inspections. Each runs in one transaction and writes its audit event."""
