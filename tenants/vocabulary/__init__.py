"""The closed list of codes for help that residents may request, such as "knock loudly". It is read from a CSV file."""

from pathlib import Path

from formats.vocabulary import Vocabulary

_HERE = Path(__file__).parent

HELP_CODES = Vocabulary(_HERE / "help_codes.csv")
ON_THE_CARD = [term.code for term in HELP_CODES.terms.values() if "card" in term.row["shown_where"].split(";")]
IN_EVACUATION = [term.code for term in HELP_CODES.terms.values() if "evacuation" in term.row["shown_where"].split(";")]
