"""Forms for housing applications and allocations."""
