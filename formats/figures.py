"""Formats numbers for the output of commands and pages."""


def figure(number: int) -> str:
    """Format an integer as French does: 21840 gives "21 840", with a narrow no-break space between thousands."""
    return f"{number:,}".replace(",", "\u202f")
