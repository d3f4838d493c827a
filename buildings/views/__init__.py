"""Administrators' pages about buildings: adding, moving dwellings, export and import."""
