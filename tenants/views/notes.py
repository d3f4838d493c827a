"""Notes on an account: the page where one is written, read by the screen first, and the reading while it is typed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.grants.duty_holders import steward_missing
from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.pages.acting import done
from access.pages.fragment import fragment
from access.permissions import Permission
from access.reach import roles_at
from audit import events
from audit.events import Code
from privacy.screened import LONGEST, categories, find_disclosures
from screening import Context, Finding
from tenants import words
from tenants.actions.contests import contest_refusal
from tenants.actions.notes import withdraw_note, write_note
from tenants.forms.notes import NoteForm
from tenants.models import Account, AccountNote, ContestedSentence, FactCode, FactScope, Residence
from tenants.views.facts import whose
from tenants.views.leases import parties_of

# What keeps visitors and tenant safe meanwhile; who may write which of them, the vocabulary says.
URGENT = ("call_first", "visit_in_pairs")


@door(Permission.NOTES_WRITE, of=Account, by="reference", records=events.FORM_SHOWN, writes=True)
def account_notes(request: DoorRequest, account: Account) -> HttpResponse:
    notes = notes_of(request.look, account)
    if request.method == "POST" and "end" in request.POST:
        return _withdrawn(request, account, notes)
    return _written(request, account, notes)


@door(Permission.NOTES_WRITE, of=Account, by="reference", records=events.FORM_SHOWN, searches=True)
def note_reading(request: DoorRequest, account: Account) -> HttpResponse:
    """What the screen says of a sentence on its way. Nothing of it is kept, and a half-typed one is no refusal."""
    text = request.POST.get("text", "")[:LONGEST]
    findings = find_disclosures(text, _around(request.look, account))
    return fragment(request, "tenants/note_reading.html", _read(request.look, account, text, findings))


def urgent_facts(look: Look, account: Account) -> list[tuple[FactCode, Residence, str]]:
    """What serves at once while a sentence waits: a fact on the card of whoever lives there, from those this person may
    write."""
    roles = roles_at(look.person.pk, account.building_id)
    codes = [one for one in look.rows(FactCode).in_use(FactScope.CARD).filter(pk__in=URGENT) if one.writable_by(roles)]
    here = look.rows(Residence).filter(lease=account.lease_id).living(look.day).select_related("tenant").order_by("id")
    return [(code, one, reverse("card_fact", kwargs={"pk": one.pk, "code": code.pk})) for one in here for code in codes]


def notes_of(look: Look, account: Account) -> list[AccountNote]:
    return list(look.rows(AccountNote).filter(account=account).in_force(look.day))


def _withdrawn(request: DoorRequest, account: Account, notes: list[AccountNote]) -> HttpResponse:
    note = next((one for one in notes if str(one.pk) == request.POST["end"]), None)
    if note is None:
        raise Http404
    withdraw_note(by=request.look.person, note=note, context=request.look.context)
    messages.success(request, _("Note retirée."))
    return redirect("account", reference=account.reference)


def _said(request: DoorRequest) -> Any:
    """What was sent; words to take out are out, and what takes them out saves nothing."""
    if request.method != "POST":
        return None
    said = request.POST.copy()
    if span := said.get("remove"):
        said["text"] = words.without(said.get("text", ""), span)
        said.pop("save", None)
    return said


@sensitive_variables("text", "findings", "said")
def _written(request: DoorRequest, account: Account, notes: list[AccountNote]) -> HttpResponse:
    look = request.look
    said = _said(request)
    codes = _codes(look, account)
    old = _replaced(request, notes)
    form = _form(look, account, codes, said, old)
    known = _around(look, account)
    text = (said or {}).get("text", "").strip()
    # The form refuses a longer text; here only its beginning is screened, to show the page.
    findings = find_disclosures(text[:LONGEST], known) if text else []
    if said and "contest" in said and form.is_valid() and _contested(request, form, account=account, known=known):
        return redirect("account_notes", reference=account.reference)
    saving = bool(said and "save" in said)
    if saving and findings:
        look.note(events.SENTENCE_REFUSED, count=len(findings), categories=Code(categories(findings)))
    elif saving and form.is_valid() and _saved(request, form, account=account, known=known, replaces=old):
        return redirect("account", reference=account.reference)
    context = {
        "account": account,
        "whose": whose(look, account),
        "form": form,
        "notes": notes,
        "old": old,
        "day": look.day,
    }
    context["contested"] = list(
        look.rows(ContestedSentence).filter(account=account, asked_by=look.person).waiting_first()
    )
    context["urgent"] = urgent_facts(look, account) if findings or context["contested"] else []
    context["steward_missing"] = bool(findings) and steward_missing()
    read = _read(look, account, text, findings, codes)
    return render(request, "tenants/notes.html", {**context, **read, "read": bool(said)})


def _saved(request: DoorRequest, form: NoteForm, **what: Any) -> bool:
    if not done(form, write_note, request, **what, **form.cleaned_data):
        return False
    messages.success(request, _("Note écrite."))
    return True


def _contested(request: DoorRequest, form: NoteForm, **what: Any) -> bool:
    if not done(form, contest_refusal, request, **what, **form.cleaned_data):
        return False
    messages.success(
        request, _("Phrase sous scellés : réponse sous deux jours ouvrés. Ce qui presse se note par un fait.")
    )
    return True


def _form(look: Look, account: Account, codes: list[FactCode], said: Any, old: AccountNote | None) -> NoteForm:
    initial = {"code": old.code_id, "reason": "correction", "text": old.text} if old else {}
    reading = reverse("note_reading", kwargs={"reference": account.reference})
    return NoteForm(said, codes=codes, day=look.day, reading=reading, **initial)


def _replaced(request: DoorRequest, notes: list[AccountNote]) -> AccountNote | None:
    wanted = request.POST.get("replaces") or request.GET.get("remplace")
    if not wanted:
        return None
    note = next((one for one in notes if str(one.pk) == wanted), None)
    if note is None:
        raise Http404
    return note


def _codes(look: Look, account: Account) -> list[FactCode]:
    roles = roles_at(look.person.pk, account.building_id)
    return [one for one in look.rows(FactCode).in_use(FactScope.ACCOUNT) if one.writable_by(roles)]


def _around(look: Look, account: Account) -> Context:
    """Names and streets are known; whoever holds the account has them before their eyes."""
    names = [name for party in parties_of(look, account) for name in (party.tenant.last_name, party.tenant.first_name)]
    return words.around(look, account, filter(None, names))


@sensitive_variables("text", "findings")
def _read(
    look: Look, account: Account, text: str, findings: list[Finding], codes: list[FactCode] | None = None
) -> dict[str, Any]:
    """The sentence with its marks, and for each the reason and the facts to write instead."""
    known = {one.pk: one for one in (_codes(look, account) if codes is None else codes)}
    urls = {pk: reverse("account_fact", kwargs={"reference": account.reference, "code": pk}) for pk in known}
    refused = words.refusals(findings, known, urls)
    return {"pieces": words.pieces(text, findings), "refusals": refused, "text": text}
