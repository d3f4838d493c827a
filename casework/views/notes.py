"""Notes on an account: the page to write, replace or withdraw a note, and the view that screens it while it is typed.

The screening refuses sentences that disclose sensitive data.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.grants.duty_holders import steward_missing
from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.pages.fragment import fragment
from access.permissions import Permission
from access.reach import roles_at
from audit import events
from audit.events import Code
from casework import screening_results
from casework.actions.contests import contest_refusal
from casework.actions.notes import withdraw_note, write_note
from casework.forms.notes import NoteForm
from casework.models import AccountNote, ContestedSentence, FactCode, FactScope
from casework.queries import favourites_first, notes_of, whose
from privacy.screened import LONGEST, categories, find_disclosures
from screening import Context, Finding
from tenants.models import Account, Residence
from tenants.models.restriction import is_restricted
from tenants.queries import parties_of, restriction_of

# URGENT: codes of facts that protect employees, which can be recorded while a refused sentence is still contested.
URGENT = ("call_first", "visit_in_pairs")


@door(
    Permission.NOTES_WRITE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def account_notes(request: DoorRequest, account: Account) -> HttpResponse:
    notes = notes_of(request.access, account)
    if "end" in request.POST:
        note = row_or_404(notes, request.POST["end"])
        withdraw_note(by=request.access.person, note=note, context=request.access.context)
        messages.success(request, _("La note est retirée."))
        return redirect("account", reference=account.reference)
    if restricted := restriction_of("account", account.pk):
        context = {"account": account, "whose": whose(request.access, account), "restricted": restricted}
        return render(request, "casework/notes.html", context)
    replaced = request.POST.get("replaces") or request.GET.get("remplace")
    return _write(request, account, row_or_404(notes, replaced) if replaced else None)


@door(Permission.NOTES_WRITE, model=Account, lookup="reference", get_event=events.FORM_SHOWN, post_is_search=True)
def note_reading(request: DoorRequest, account: Account) -> HttpResponse:
    """Screen a sentence while it is typed. Nothing is stored, and no refusal is recorded."""
    text = request.POST.get("text", "")[:LONGEST]
    findings = find_disclosures(text, _around(request.access, account))
    return fragment(request, "casework/note_reading.html", _read(request.access, account, text, findings))


def urgent_facts(access: AccessContext, account: Account) -> list[tuple[FactCode, Residence, str]]:
    """Return the facts that protect employees and that this person may record without waiting for an answer.

    An employee who contests a refused sentence waits for an answer. The list has a tuple (fact code, resident, URL of
    the form) for each code in URGENT that the person may record, and each resident of the account.
    """
    roles = roles_at(access.person.pk, account.building_id)
    urgent = access.rows(FactCode).in_use(FactScope.CARD).filter(pk__in=URGENT)
    codes = [code for code in urgent if code.writable_by(roles)]
    living = access.rows(Residence).filter(lease=account.lease_id).living(access.day)
    return [
        (code, resident, reverse("card_fact", kwargs={"pk": resident.pk, "code": code.pk}))
        for resident in living.select_related("tenant").order_by("id")
        if not is_restricted("residence", resident.pk)
        for code in codes
    ]


@sensitive_variables("text", "findings", "data")
def _write(request: DoorRequest, account: Account, old: AccountNote | None) -> HttpResponse:
    """Show, screen and save a note, or contest its refusal. `old` is the note that the new one replaces, if any."""
    access, data = request.access, request.POST.copy()
    if span := data.get("remove"):  # The button "remove" removes refused words from the form, and saves nothing.
        data["text"] = screening_results.without(data.get("text", ""), span)
        data.pop("save", None)
    codes, known = _codes(access, account), _around(access, account)
    reading = reverse("note_reading", kwargs={"reference": account.reference})
    groups = favourites_first(access, FactScope.ACCOUNT, codes)
    form = NoteForm(data if request.method == "POST" else None, codes=groups, day=access.day, reading=reading, old=old)
    text = data.get("text", "").strip()
    # The form refuses a text of more than LONGEST characters. Only the first LONGEST characters are screened.
    findings = find_disclosures(text[:LONGEST], known) if text else []
    content = {"account": account, "known": known}
    if "contest" in data and form.is_valid() and done(form, contest_refusal, request, **content, **form.cleaned_data):
        sentence = _(
            "La phrase est mise sous scellés. La réponse paraîtra sous deux jours ouvrés sur cette page, « Écrire une "
            "note » de ce compte, et « À faire » l’annoncera. En cas d’urgence, notez un fait."
        )
        messages.success(request, sentence)
        return redirect("account_notes", reference=account.reference)
    if (saving := "save" in data) and findings:
        access.note(events.SENTENCE_REFUSED, count=len(findings), categories=Code(categories(findings)))
    elif saving and form.is_valid() and done(form, write_note, request, replaces=old, **content, **form.cleaned_data):
        messages.success(request, _("La note est enregistrée."))
        return redirect("account", reference=account.reference)
    contested = list(access.rows(ContestedSentence).filter(account=account, asked_by=access.person).waiting_first())
    context = {
        **_read(access, account, text, findings, codes),
        "account": account,
        "whose": whose(access, account),
        "form": form,
        "old": old,
        "day": access.day,
        "contested": contested,
        "urgent": urgent_facts(access, account) if findings or contested else [],
        "steward_missing": bool(findings) and steward_missing(),
        "read": bool(data),
    }
    return render(request, "casework/notes.html", context)


def _codes(access: AccessContext, account: Account) -> list[FactCode]:
    roles = roles_at(access.person.pk, account.building_id)
    return [code for code in access.rows(FactCode).in_use(FactScope.ACCOUNT) if code.writable_by(roles)]


def _around(access: AccessContext, account: Account) -> Context:
    """Return what the screening accepts in notes on this account, such as its tenants' names and streets, and the names
    that it refuses: those of the building's other residents.

    Whoever may read the account may see these names anyway. A resident who is hidden from the writer is left out, so
    the screening treats the resident's name like any unknown name.
    """
    names = [
        name for party in parties_of(access, account) for name in (party.tenant.last_name, party.tenant.first_name)
    ]
    # The other residents are not recorded as shown, because the page repeats only names that the writer typed.
    residents = access.rows(Residence).witnessed(None).living(access.day)
    residents = residents.filter(building=account.building_id).exclude(lease=account.lease_id)
    full_names = residents.values_list("tenant__last_name", "tenant__first_name")
    others = {name for last, first in full_names for name in (last, f"{first} {last}")}
    return screening_results.around(access, account.building_id, filter(None, names), others)


@sensitive_variables("text", "findings")
def _read(
    access: AccessContext, account: Account, text: str, findings: list[Finding], codes: list[FactCode] | None = None
) -> dict[str, Any]:
    """Return the template context for a screened sentence: the sentence, divided into refused and accepted words, and
    for each refusal the facts that may be recorded instead."""
    known = {code.pk: code for code in (_codes(access, account) if codes is None else codes)}
    urls = {pk: reverse("account_fact", kwargs={"reference": account.reference, "code": pk}) for pk in known}
    refused = screening_results.refusals(findings, known, urls)
    return {"pieces": screening_results.pieces(text, findings), "refusals": refused, "text": text}
