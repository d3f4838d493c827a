"""Rules on the cells of one line. They run only if each cell is valid, and yield (column, reason) for each error."""

from collections.abc import Iterator
from datetime import timedelta

from access.grants.grant_terms import LONGEST
from access.models import Level
from exchange.portfolio.sheet import Cells
from formats.folding import folded
from ledger.models.entry import GIVEN_BACK
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS, REVERSALS
from screening.naming import screen_name

Wrongs = Iterator[tuple[str, str]]
YEAR = timedelta(days=366)
# Columns of a dwelling's letting terms. If one of them is filled, all columns of NEEDED_TERMS must be filled.
NEEDED_TERMS = ("financement", "zone", "qpv", "liste_qpv_du", "loyer")
OTHER_TERMS = ("charges", "equipements", "premiere_location")
_KIND_OF = {code: term.row["kind"] for code, term in ENTRY_LABELS.terms.items()}
_GIVEN_BACK = frozenset(GIVEN_BACK)
# Entry labels that a file may give to an incoming payment. The label `suspense` is left out: only Loge itself sets it.
RECEIVED = [term.code for term in ENTRY_LABELS.where(kind="payment", usual_sign="-") if term.code != "suspense"]


def top_alone(cells: Cells) -> Wrongs:
    if (cells["niveau"] == Level.ORGANISATION) != (cells["code_parent"] is None):
        yield "code_parent", "alone"


def whole_position(cells: Cells) -> Wrongs:
    if (cells["latitude"] is None) != (cells["longitude"] is None):
        yield "longitude" if cells["longitude"] is None else "latitude", "position"


def span(cells: Cells) -> Wrongs:
    if cells["dernier_jour"] and cells["dernier_jour"] < cells["premier_jour"]:
        yield "dernier_jour", "order"


def discreet_days(cells: Cells) -> Wrongs:
    yield from span(cells)
    if cells["dernier_jour"] > cells["premier_jour"] + YEAR:
        yield "dernier_jour", "renewal"


def assignment_days(cells: Cells) -> Wrongs:
    yield from span(cells)
    if cells["dernier_jour"] - cells["premier_jour"] > LONGEST:
        yield "dernier_jour", "length"
    if bool(cells["fin_le"]) != bool(cells["motif_fin"]):
        yield "motif_fin", "required"
    if cells["fin_le"] and not cells["premier_jour"] <= cells["fin_le"] <= cells["dernier_jour"]:
        yield "fin_le", "order"


def whole_terms(cells: Cells) -> Wrongs:
    """Refuse a dwelling's letting terms if a column that all letting terms need is empty."""
    if any(cells[column] is not None for column in (*NEEDED_TERMS, *OTHER_TERMS)):
        yield from ((column, "terms") for column in NEEDED_TERMS if cells[column] is None)


def lease_days(cells: Cells) -> Wrongs:
    if cells["fin"] and cells["fin"] < cells["debut"]:
        yield "fin", "order"
    if cells["solde_le"] and cells["solde_le"] < (cells["ouvert_le"] or cells["debut"]):
        yield "solde_le", "order"


def renewal(cells: Cells) -> Wrongs:
    if not timedelta(0) < cells["a_redemander"] - cells["demandee_le"] <= YEAR:
        yield "a_redemander", "renewal"


def chosen_contact(cells: Cells) -> Wrongs:
    if cells["contact"] == "contact" and not cells["personne_choisie"]:
        yield "personne_choisie", "contact_name"


def name_fits(cells: Cells) -> Wrongs:
    """Refuse a name whose search form is too long for its column: "ß" becomes "ss", so the search form can be
    longer."""
    if len(folded(f"{cells['nom']} {cells['prenom']}")) > 162:
        yield "nom", "long"


def whole_name(cells: Cells) -> Wrongs:
    """Screen first and last name together, because an unlawful text can be split so that each half looks like a
    name."""
    if screen_name(f"{cells['prenom']} {cells['nom']}"):
        yield "nom", "named"


def iban_and_holder(cells: Cells) -> Wrongs:
    if bool(cells["iban"]) != bool(cells["titulaire"]):
        yield "titulaire", "with_iban"


def one_account(cells: Cells) -> Wrongs:
    if bool(cells["bail"]) == bool(cells["compte"]):
        yield "bail", "no_account"


def entry(cells: Cells) -> Wrongs:
    if bool(cells["debit"]) == bool(cells["credit"]):
        yield "debit", "one_side"
    elif cells["libelle"] == "reversal":
        yield from _reversal(cells)
    elif cells["annule"] and cells["libelle"] in _GIVEN_BACK:
        # The entry of a rejected or refunded payment may name, in the column `annule`, the payment that it cancels.
        yield from _reversal(cells)
        yield from _sides(cells)
    else:
        kind = cells["nature"]
        if cells["annule"]:
            yield "annule", "needs_reversed"
        if kind == "adjustment" and cells["motif"] not in ADJUSTMENTS.terms:
            yield "motif", "no_reason" if cells["motif"] else "needs_reason"
        if kind != "adjustment" and cells["motif"]:
            yield "motif", "no_reason"
        yield from _sides(cells)


def _reversal(cells: Cells) -> Wrongs:
    if not cells["annule"]:
        yield "annule", "needs_reversed"
    if cells["motif"] not in REVERSALS.terms:
        yield "motif", "no_reason" if cells["motif"] else "needs_reason"


def _sides(cells: Cells) -> Wrongs:
    """Check that the label belongs to the kind of entry, and that the amount is a debit or a credit as the label
    requires."""
    kind, label = cells["nature"], cells["libelle"]
    if _KIND_OF[label] != kind:
        yield "libelle", "wrong_kind"
    if (kind == "charge" or (kind == "payment" and label in _GIVEN_BACK)) and cells["credit"]:
        yield "credit", "wrong_side"
    if kind == "payment" and label not in _GIVEN_BACK and cells["debit"]:
        yield "debit", "wrong_side"
