"""Administrators' pages about buildings."""
