"""Builds the page on which a user confirms an entry before it is booked."""

from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from access.pages.read_back import ReadBack
from formats.money import spoken
from ledger.models import Entry, EntryKind, WriteOff
from ledger.register import balance_of
from ledger.vocabulary import ADJUSTMENTS, ENTRY_LABELS
from tenants.models import Account

UNUSUAL = 3  # UNUSUAL: the page warns of an amount at least this many times the last amount with the same label


def entry(access: AccessContext, account: Account, posted: Entry | WriteOff) -> ReadBack:
    """Build the page that asks the user to confirm an entry or a write-off request.

    The caller saves `posted`, so that all checks run, and then rolls the transaction back.
    """
    is_request = isinstance(posted, WriteOff)
    change = _("%(sum)s en plus") if posted.amount_cents > 0 else _("%(sum)s en moins")
    before = balance_of(access.rows(Entry).filter(account=account).exclude(pk=posted.pk))
    facts = [
        (_("Compte"), account.reference),
        (_("Nature"), str(EntryKind(posted.kind).label)),
        (_("Libellé"), ENTRY_LABELS.label(posted.label)),
        (_("Montant"), change % {"sum": spoken(posted.amount_cents)}),
        *([(_("Motif"), ADJUSTMENTS.label(posted.reason))] if posted.reason else []),
        (_("Prend effet"), posted.effective_on),
        (_("Solde avant"), _balance(before)),
        (_("Solde après"), _balance(before + posted.amount_cents)),
    ]
    submit = _("Demander") if is_request else _("Enregistrer")
    undo = (
        _("Une autre personne doit approuver.")
        if is_request
        else _("Une écriture est annulée par une écriture contraire.")
    )
    return ReadBack(_("Enregistrer une écriture"), facts, submit, _unusual(access, account, posted), undo)


def _unusual(access: AccessContext, account: Account, posted: Entry | WriteOff) -> list[str]:
    rows = access.rows(Entry).filter(account=account, kind=posted.kind, label=posted.label, reverses__isnull=True)
    last = rows.exclude(pk=posted.pk).order_by("-effective_on", "-booked_at").first()
    if last is None or abs(posted.amount_cents) < UNUSUAL * abs(last.amount_cents):
        return []
    times = abs(posted.amount_cents) // abs(last.amount_cents)
    sentence = _("La dernière somme avec ce libellé était de %(last)s : celle-ci est %(n)s fois plus élevée.")
    return [sentence % {"last": spoken(last.amount_cents), "n": times}]


def _balance(cents: int) -> str:
    if cents == 0:
        return spoken(0)
    sentence = _("%(sum)s dus") if cents > 0 else _("%(sum)s d’avance")
    return sentence % {"sum": spoken(cents)}
