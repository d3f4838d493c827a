"""Imports a landlord's portfolio, housing applications, open data and legacy comments. Exports the portfolio, and
decisions for the national register of housing applications."""
