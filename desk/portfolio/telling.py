"""What a run says on the terminal: every refused line, then what came in. Places and reasons, never a cell."""

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from desk.figures import figure
from desk.portfolio.importing import Imported
from desk.portfolio.reasons import REASONS

NAMES = {
    "places": _("lieux"),
    "dwellings": _("logements"),
    "people": _("personnes"),
    "assignments": _("affectations"),
    "tenants": _("locataires"),
    "bank_details": _("coordonnées bancaires"),
    "leases": _("baux"),
    "entries": _("écritures"),
    "receipts": _("encaissements en attente"),
    "changed": _("lignes corrigées"),
}


def sums(done: Imported) -> list[tuple[str, int]]:
    """(what, how many), in the language of the page."""
    return [(gettext(words), done.counts[name]) for name, words in NAMES.items() if done.counts[name]]


def told(done: Imported) -> Iterator[str]:
    yield from (str(one) for one in done.rejects.found)
    if done.rejects.found:
        yield from _summed(done)
    counts = [f"{figure(done.counts[name])} {words}" for name, words in NAMES.items() if done.counts[name]]
    yield f"{figure(sum(done.lines.values()))} lignes lues en {done.seconds:.1f}\u202fs\u00a0: {_outcome(done, counts)}"


def _summed(done: Imported) -> Iterator[str]:
    yield "En résumé\u00a0:"
    for (file, column, reason), lines in done.rejects.by_reason().items():
        where = f"{file}, {column}" if column else file
        yield f"  {figure(lines)} × {where}\u00a0: {REASONS[reason]}"


def _outcome(done: Imported, counts: list[str]) -> str:
    if done.rejects.found:
        return f"{figure(len(done.rejects.found))} refus, rien n’est écrit. Corrigez d’abord le premier fichier."
    if not counts:
        return "tout était déjà là, rien ne change."
    said = ", ".join(counts)
    return f"à blanc, seraient pris\u00a0: {said}." if done.dry else f"pris\u00a0: {said}."
