"""The format of a legacy comments file: one comment per record, about an account that is stored in Loge."""

import unicodedata
from collections.abc import Iterator

from exchange.portfolio.sheet import Cells, Column, Sheet
from exchange.portfolio.values import DAY, KEY, REFERENCE, Kind, Wrong, clean


def read_comment(cell: str) -> str:
    """Join the comment into one line and remove invisible characters.

    The screening looks for words that a comment must not contain. Invisible characters could hide such a word.
    """
    categories = [(sign, unicodedata.category(sign)) for sign in cell]
    plain = clean("".join(" " if category[0] == "C" else sign for sign, category in categories if category != "Cf"))
    if not plain:
        raise Wrong("required")
    return plain


def one_account(cells: Cells) -> Iterator[tuple[str, str]]:
    """Check that a line names its account either by the account's reference or by the key of its lease, not by both."""
    if (cells["bail"] is None) == (cells["compte"] is None):
        yield "compte", "no_account"


COMMENT = Kind("text", read_comment, str, "texte, sur une ligne ou plusieurs entre guillemets")
# The column of the comment's author is accepted but not stored, because Loge has no use for it.
AUTHOR = Kind("text", lambda _cell: None, str, "code d’agent ; n’est pas gardé")

COMMENTS = Sheet(
    "commentaires",
    "",
    "Les commentaires de l’ancien logiciel, un par ligne.",
    ("compte", "date"),
    (
        Column("compte", REFERENCE, "référence du compte dans Loge"),
        Column("bail", KEY, "ou clé du bail dans vos fichiers"),
        Column("date", DAY, "jour du commentaire", required=True),
        Column("auteur", AUTHOR, "qui l’avait écrit"),
        Column("texte", COMMENT, "le commentaire", required=True),
    ),
    ("K7QX-9M2D-4RTB;;03/02/2011;AGT12;Rappelle le 5 pour fixer la date du second versement.",),
    (one_account,),
)
