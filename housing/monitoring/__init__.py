"""Health and figures for whoever watches the machines."""
