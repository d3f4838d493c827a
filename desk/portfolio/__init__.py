"""A landlord's own data: CSV files in and out, whole runs or none, and no cell ever quoted back."""
