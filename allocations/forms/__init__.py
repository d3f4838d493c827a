"""Forms of housing applications: days, codes of closed lists, numbers, and the names and contact of applicants."""
