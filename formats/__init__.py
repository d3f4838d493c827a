"""Reads and writes formats of values and files: money, dates, telephone numbers, CSV, PDF, PostgreSQL's COPY. No Django
models."""
