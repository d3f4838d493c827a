"""API endpoints of an offer and what follows: its notification and answer, the hand-over, and the leases to sign."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from access.api.endpoint import ApiRequest, endpoint, page
from access.api.paging import ListQuery, Page
from access.api.problems import Problem
from access.api.serializer_fields import Code, Day, Flag, Strict, Whole
from access.permissions import Permission
from allocations.actions import offers
from allocations.api.results import DwellingOut, EmptyBody, MadeOut, run_once
from allocations.forms.offers import SPOKEN
from allocations.models import TO_OFFER, Answer, Candidacy, CandidacyState, HandOver, Offer, OfferDelivery, Tie
from allocations.queries import future_tenants, lease_to_sign, leases_to_sign
from audit import events

_HANDED = ("unit", "building__place")

# --- Responses -------------------------------------------------------------------------------------------------------


class OfferOut(serializers.Serializer[Any]):
    sent_on = serializers.DateField()
    delay_days = serializers.IntegerField()
    delivery = serializers.ChoiceField(choices=OfferDelivery.choices, allow_blank=True)
    notified_on = serializers.DateField(allow_null=True)
    answer_by = serializers.DateField(allow_null=True)
    answer = serializers.ChoiceField(choices=Answer.choices, allow_blank=True)
    answered_on = serializers.DateField(allow_null=True)
    record_by = serializers.DateField(allow_null=True)
    renounced_on = serializers.DateField(allow_null=True)


class HandOverOut(serializers.Serializer[Any]):
    """A lease that is ready to be signed, without the names of the future tenants."""

    id = serializers.UUIDField(source="hand_over.pk")
    dwelling = DwellingOut(source="hand_over")
    available_on = serializers.DateField(source="waiting.available_on")
    handed_on = serializers.DateField(source="hand_over.handed_on")


class FutureTenantOut(serializers.Serializer[Any]):
    tie = serializers.ChoiceField(choices=Tie.choices)
    last_name = serializers.CharField()
    first_name = serializers.CharField()
    birth_date = serializers.DateField()
    phone = serializers.CharField()
    email = serializers.CharField()


class HandOverDetail(HandOverOut):
    discreet = serializers.BooleanField(source="waiting.discreet")
    people = FutureTenantOut(many=True)


# --- Queries and bodies ----------------------------------------------------------------------------------------------


class HandOversQuery(ListQuery):
    orders = {"handed_on": ("handed_on", "candidacy_id")}


class NotificationBody(Strict):
    delivery = Code(choices=OfferDelivery.choices)
    notified_on = Day(help_text=_("Le délai pour répondre se compte à partir du lendemain."))


class AnswerBody(Strict):
    answer = Code(choices=[(answer.value, answer.label) for answer in SPOKEN])
    answered_on = Day(
        help_text=_(
            "Le jour du cachet de la poste, ou celui où la réponse a été reçue au guichet, par courriel ou par "
            "téléphone."
        )
    )


class RenunciationBody(Strict):
    renounced_on = Day(help_text=_("Le jour du cachet de la poste, ou celui où la renonciation écrite a été reçue."))


class HandOverBody(Strict):
    discreet = Flag(help_text=_("Ce que le candidat répond à la question posée à chaque candidat."))
    quartile = Whole(min_value=1, max_value=4, required=False)


# --- The offer -------------------------------------------------------------------------------------------------------


@endpoint(
    Permission.OFFER_SEND,
    model=Candidacy,
    get_event=events.CANDIDACIES_SHOWN,
    title=_("La proposition faite à un candidat"),
    answers=OfferOut,
)
def offer(request: ApiRequest, candidacy: Candidacy) -> Offer:
    request.access.note(vacancy=candidacy.vacancy_id)
    return _offer_or_404(request, candidacy)


@endpoint(
    Permission.OFFER_SEND,
    model=Candidacy,
    post_event=events.OFFER_SENT,
    title=_("Proposer un logement à un candidat : une proposition ne peut pas être reprise"),
    answers=MadeOut,
    body=EmptyBody,
    status=201,
)
def offer_send(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    """Offer the dwelling to a candidate. The response is 404 if the commission has not allocated the dwelling to this
    candidate."""

    def send(**acting: Any) -> Offer:
        if request.access.rows(Offer).filter(candidacy=candidacy).exists():
            raise Problem("already")
        if candidacy.state not in TO_OFFER:
            raise Http404
        return offers.send_offer(candidacy=candidacy, **acting)

    return run_once(request, send)


@endpoint(
    Permission.OFFER_SEND,
    model=Candidacy,
    post_event=events.OFFER_NOTIFIED,
    title=_("Enregistrer la notification d’une proposition"),
    answers=MadeOut,
    body=NotificationBody,
)
def offer_notify(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    offer = _offer_or_404(request, candidacy)
    return run_once(request, offers.record_notification, offer=offer, **request.body_data)


@endpoint(
    Permission.OFFER_SEND,
    model=Candidacy,
    post_event=events.OFFER_ANSWERED,
    title=_("Enregistrer la réponse d’un candidat : elle ne change plus"),
    answers=MadeOut,
    body=AnswerBody,
)
def offer_answer(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    offer = _offer_or_404(request, candidacy)
    return run_once(request, offers.record_answer, offer=offer, **request.body_data)


@endpoint(
    Permission.OFFER_SEND,
    model=Candidacy,
    post_event=events.OFFER_RENOUNCED,
    title=_("Enregistrer la renonciation à un logement accepté : elle annule la transmission pour le bail"),
    answers=MadeOut,
    body=RenunciationBody,
)
def offer_renounce(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    """Record that the candidate gives up the dwelling before the lease is signed. The response is 404 if the candidate
    has not accepted the dwelling."""
    offer = _offer_or_404(request, candidacy)
    if offer.answer != Answer.ACCEPTED:
        raise Http404
    return run_once(request, offers.record_renunciation, offer=offer, **request.body_data)


def _offer_or_404(request: ApiRequest, candidacy: Candidacy) -> Offer:
    offer: Offer | None = request.access.rows(Offer).filter(candidacy=candidacy).first()
    if offer is None:
        raise Http404
    return offer


# --- The hand-over ---------------------------------------------------------------------------------------------------


@endpoint(
    Permission.OFFER_SEND,
    model=Candidacy,
    post_event=events.LEASE_HANDED_OVER,
    select_related=("vacancy", "application", "sheet"),
    title=_("Transmettre un candidat à la gestion locative, qui signe le bail"),
    answers=MadeOut,
    body=HandOverBody,
    status=201,
)
def hand_over(request: ApiRequest, candidacy: Candidacy) -> dict[str, Any]:
    """Pass a candidate to the person who signs leases. The response is 404 unless the candidate has accepted the
    offer."""

    def hand(**acting: Any) -> HandOver:
        if candidacy.state != CandidacyState.ACCEPTED or candidacy.application is None:
            raise Http404
        if request.access.rows(HandOver).filter(candidacy=candidacy).exists():
            raise Problem("already")
        return offers.hand_over(candidacy=candidacy, **request.body_data, **acting)

    return run_once(request, hand)


@endpoint(
    Permission.LEASE_CHANGE,
    get_event=events.HAND_OVERS_SHOWN,
    title=_("Baux à signer après une attribution, sans nom"),
    answers=HandOverOut,
    query=HandOversQuery,
)
def hand_overs(request: ApiRequest) -> Page:
    access, waiting = request.access, {lease.candidacy: lease for lease in leases_to_sign()}
    rows = access.rows(HandOver).filter(pk__in=waiting).select_related(*_HANDED)
    listed = page(request, rows.prefetch_related("building__addresses"))
    access.note(count=len(listed.items))
    return Page([{"hand_over": row, "waiting": waiting[row.pk]} for row in listed.items], listed.next)


@endpoint(
    Permission.LEASE_CHANGE,
    model=HandOver,
    get_event=events.HAND_OVER_OPENED,
    select_related=_HANDED,
    title=_("Un bail à signer et ses futurs titulaires"),
    answers=HandOverDetail,
    people_only=True,
)
def hand_over_lease(request: ApiRequest, hand_over: HandOver) -> dict[str, Any]:
    """Return the people who will hold the lease. Machine tokens are rejected, because a program could read the people
    of all leases one after the other."""
    waiting = lease_to_sign(hand_over.pk)
    if waiting is None:
        raise Http404
    return {"hand_over": hand_over, "waiting": waiting, "people": future_tenants(hand_over.pk)}
