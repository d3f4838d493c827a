"""Formats numbers for the output of commands and pages."""


def figure(number: int) -> str:
    """21840 -> "21 840": French separates thousands with a narrow no-break space."""
    return f"{number:,}".replace(",", "\u202f")
