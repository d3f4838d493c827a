"""Counts as a person reads them, for what commands say."""


def figure(number: int) -> str:
    """21840 -> "21 840", with the narrow space that French puts between thousands."""
    return f"{number:,}".replace(",", "\u202f")
