"""Files in and out: a landlord's portfolio, open data, comments of an older system."""
