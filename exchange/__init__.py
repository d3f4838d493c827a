"""Imports and exports: a landlord's portfolio, open data, and comments of an older system."""
