"""The report of an import on the terminal: every refused line, then the counts.

A refused line is reported by its position and the reason, without the content of its cells.
"""

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from exchange.portfolio.importing import Imported
from exchange.portfolio.reasons import REASONS
from formats.figures import figure

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
    """Return a pair for each kind of added row, such as ("tenants", 12): its name in the current language, and the
    number of rows."""
    return [(gettext(words), done.counts[name]) for name, words in NAMES.items() if done.counts[name]]


def report_lines(done: Imported) -> Iterator[str]:
    rejects = done.rejects.listed
    yield from (str(reject) for reject in rejects)
    if rejects:
        yield "En résumé\u00a0:"
    for (file, column, reason), lines in done.rejects.by_reason().items():
        where = f"{file}, {column}" if column else file
        yield f"  {figure(lines)} × {where}\u00a0: {REASONS[reason]}"
    counts = [f"{figure(done.counts[name])} {words}" for name, words in NAMES.items() if done.counts[name]]
    if rejects:
        outcome = f"{figure(len(rejects))} refus, rien n’est écrit. Corrigez d’abord le premier fichier."
    elif not counts:
        outcome = "toutes ces données étaient déjà dans Loge, rien ne change."
    else:
        outcome = f"{'essai, seraient importés' if done.dry else 'pris'}\u00a0: {', '.join(counts)}."
    yield f"{figure(sum(done.lines.values()))} lignes lues en {done.seconds:.1f}\u202fs\u00a0: {outcome}"
