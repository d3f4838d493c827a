"""Pages of an offer: sending it, its notification and the candidate's answer; and the letters about a candidacy."""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.pages.read_back import ReadBack, correcting, facts_of, is_confirmed, read_back
from access.permissions import Permission
from allocations.actions.offers import (
    DELAYS,
    record_answer,
    record_notification,
    record_renunciation,
    send_offer,
)
from allocations.forms.offers import AnswerForm, NotifyForm, RenounceForm
from allocations.letters import CANDIDACY_LETTERS
from allocations.models import (
    TO_OFFER,
    Answer,
    Applicant,
    Application,
    Candidacy,
    CandidacyState,
    Decision,
    HandOver,
    Offer,
    Outcome,
    Tie,
)
from allocations.models.figure import figure
from allocations.queries import has_signed_minutes
from audit import events
from audit.events import Code
from formats.language import LANGUAGES

_DWELLING = ("vacancy__unit__terms", "vacancy__building__place__parent")


@door(
    Permission.OFFER_SEND, model=Candidacy, post_event=events.FORM_SUBMITTED, select_related=(*_DWELLING, "application")
)
def offer_send(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Offer the dwelling to a candidate. Asks for confirmation, because an offer cannot be withdrawn."""
    access, form = request.access, forms.Form({})
    if access.rows(Offer).filter(candidacy=candidacy).exists():
        return redirect("offer_notify", pk=candidacy.pk)
    if candidacy.state not in TO_OFFER:
        raise Http404
    decision = access.rows(Decision).get(candidacy=candidacy, outcome=Outcome.ADOPTED)
    if request.method == "POST" and not correcting(request) and done(form, send_offer, request, candidacy=candidacy):
        values = {"candidacy": str(candidacy.pk)}
        if not is_confirmed(request, values):
            facts = [
                (_("Candidat"), _principal(access, candidacy).display_name),
                (_("Rang"), decision.rank),
                (_("Délai de réponse, en jours"), _delay("offer_delay_days", access.day)),
            ]
            undo = _("Une proposition ne peut pas être reprise : le candidat répond, ou son délai passe.")
            page = ReadBack(_("Proposer le logement"), facts, _("Proposer le logement"), undo=undo)
            return read_back(request, page, values)
        messages.success(request, _("Le logement est proposé. Imprimez la lettre, puis enregistrez sa remise."))
        return redirect("candidacy_letter", pk=candidacy.pk, letter="offer")
    delays = {name: _delay(code, access.day) for name, code in DELAYS.items()}
    signed = has_signed_minutes(access, candidacy)
    context = _context(access, candidacy) | {"form": form, "decision": decision, "minutes_signed": signed, **delays}
    return render(request, "allocations/offer_send.html", context)


def _delay(code: str, day: date) -> int | None:
    """Return the landlord's figure for a time limit, or None if nobody has entered it."""
    try:
        return figure(code, day)
    except ValidationError:
        return None


@door(Permission.OFFER_SEND, model=Candidacy, post_event=events.FORM_SUBMITTED, select_related=_DWELLING)
def offer_notify(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Record how and when the candidate received the offer. The record can be corrected until midnight, as long as no
    answer is recorded."""
    access, offer = request.access, _offer_or_404(request.access, candidacy)
    initial = {"delivery": offer.delivery, "notified_on": offer.notified_on}
    form = NotifyForm(request.POST or None, initial=initial)
    if form.is_valid() and done(form, record_notification, request, offer=offer, **form.cleaned_data):
        messages.success(request, _("La notification est enregistrée."))
        return redirect("offer_notify", pk=candidacy.pk)
    context = _context(access, candidacy) | {"offer": offer, "form": form}
    context["notifies"] = offer.notification_may_change(access.day)
    return render(request, "allocations/offer_notify.html", context)


@door(Permission.OFFER_SEND, model=Candidacy, post_event=events.FORM_SUBMITTED, select_related=_DWELLING)
def offer_answer(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Record the candidate's answer. Asks for confirmation, because an answer cannot be changed."""
    access, offer = request.access, _offer_or_404(request.access, candidacy)
    form = AnswerForm(request.POST or None, initial={"answered_on": access.day})
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, record_answer, request, offer=offer, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            facts = [(_("Candidat"), _principal(access, candidacy).display_name), *facts_of(form)]
            undo = _("Une réponse ne change plus. Après un refus, le logement est proposé au rang suivant.")
            page = ReadBack(_("Enregistrer la réponse"), facts, _("Enregistrer"), undo=undo)
            return read_back(request, page, form.cleaned_data)
        messages.success(request, _("La réponse est enregistrée."))
        return redirect("offer_answer", pk=candidacy.pk)
    context = _context(access, candidacy) | {"offer": offer, "form": form}
    return render(request, "allocations/offer_answer.html", context)


@door(Permission.OFFER_SEND, model=Candidacy, post_event=events.FORM_SUBMITTED, select_related=_DWELLING)
def offer_renounce(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Record that a candidate gives up the dwelling after accepting it. The response is 404 if the candidate has not
    accepted."""
    access, offer = request.access, _offer_or_404(request.access, candidacy)
    if offer.answer != Answer.ACCEPTED:
        raise Http404
    handed = access.rows(HandOver).filter(candidacy=candidacy).first()
    form = RenounceForm(request.POST or None, initial={"renounced_on": access.day})
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, record_renunciation, request, offer=offer, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            facts = [(_("Candidat"), _principal(access, candidacy).display_name), *facts_of(form)]
            if handed:
                facts.append((_("Transmission pour le bail"), _("annulée")))
            undo = _("Une renonciation ne se reprend pas. Le logement revient au rang suivant, ou à l’orientation.")
            page = ReadBack(_("Enregistrer la renonciation"), facts, _("Enregistrer"), undo=undo)
            return read_back(request, page, form.cleaned_data)
        messages.success(request, _("La renonciation est enregistrée. Remettez cet accusé de réception au candidat."))
        return redirect("candidacy_letter", pk=candidacy.pk, letter="renunciation")
    renounces = candidacy.state == CandidacyState.ACCEPTED and not (handed and handed.signed_on)
    context = _context(access, candidacy) | {"offer": offer, "handed": handed, "form": form, "renounces": renounces}
    return render(request, "allocations/offer_renounce.html", context)


@door(
    Permission.CANDIDACIES_VIEW,
    model=Candidacy,
    get_event=events.APPLICANT_LETTER_PRINTED,
    select_related=(*_DWELLING, "application"),
)
def candidacy_letter(request: DoorRequest, candidacy: Candidacy, letter: str) -> HttpResponse:
    """Display a letter for printing. Raises Http404 if this candidacy does not get the letter."""
    access, template = request.access, CANDIDACY_LETTERS.get(letter)
    facts = template.facts(access, candidacy) if template else None
    if template is None or facts is None:
        raise Http404
    access.note(letter=Code(template.code))
    context = {
        "candidacy": candidacy,
        "application": access.rows(Application).select_related("kept_at").get(pk=candidacy.application_id),
        "principal": _principal(access, candidacy),
        "letter": template,
        "languages": LANGUAGES,
        **facts,
    }
    return render(request, "allocations/candidacy_letter.html", context)


def _offer_or_404(access: AccessContext, candidacy: Candidacy) -> Offer:
    offer: Offer | None = access.rows(Offer).filter(candidacy=candidacy).first()
    if offer is None:
        raise Http404
    return offer


def _principal(access: AccessContext, candidacy: Candidacy) -> Applicant:
    principal: Applicant = access.rows(Applicant).get(application=candidacy.application_id, tie=Tie.PRINCIPAL)
    return principal


def _context(access: AccessContext, candidacy: Candidacy) -> dict[str, object]:
    return {"candidacy": candidacy, "principal": _principal(access, candidacy), "day": access.day}
