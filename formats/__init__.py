"""Reads and writes formats of values and files: money, dates, telephone numbers, CSV, PDF, COPY. No Django models."""
