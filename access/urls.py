from django.urls import include, path

from access.api import views as description
from access.grants import api
from access.grants.views import (
    assignments,
    coverage,
    exchange,
    people,
    places,
    reach,
    requests,
    reviews,
    rules,
    sign_ins,
    stand_ins,
    tokens,
)
from access.scim import views as scim

_people = [
    path("", people.people, name="people"),
    path("personnes.csv", exchange.people_export, name="people_export"),
    path("<uuid:pk>/", people.person, name="person"),
    path("<uuid:pk>/portee/", reach.reach, name="reach"),
    path("<uuid:pk>/fermer/", people.person_close, name="person_close"),
    path("<uuid:pk>/depart/", people.person_leave, name="person_leave"),
    path("<uuid:pk>/sessions/", sign_ins.person_sessions_end, name="person_sessions_end"),
    path("<uuid:pk>/moyens/", sign_ins.person_factors_reset, name="person_factors_reset"),
    path("<uuid:pk>/rouvrir/", people.person_reopen, name="person_reopen"),
]
_assignments = [
    path("", assignments.assignments, name="assignments"),
    path("confier/", assignments.assignment_grant, name="assignment_grant"),
    path("plusieurs/", assignments.assignments_change, name="assignments_change"),
    path("echanges/", exchange.exchange, name="exchange"),
    path("echanges/affectations.csv", exchange.assignments_export, name="assignments_export"),
    path("<uuid:pk>/prolonger/", assignments.assignment_extend, name="assignment_extend"),
    path("<uuid:pk>/terminer/", assignments.assignment_end, name="assignment_end"),
    path("<uuid:pk>/deplacer/", assignments.assignment_move, name="assignment_move"),
]
_stand_ins = [
    path("", stand_ins.stand_ins, name="stand_ins"),
    path("confier/", stand_ins.stand_in_grant, name="stand_in_grant"),
    path("astreinte/", stand_ins.on_call_grant, name="on_call_grant"),
    path("<uuid:pk>/terminer/", stand_ins.stand_in_end, name="stand_in_end"),
]
_requests = [
    path("", requests.requests, name="requests"),
    path("export/", exchange.requests_export, name="requests_export"),
    path("nouvelle/", requests.request_new, name="request_new"),
    path("nouvelle-personne/", requests.request_newcomer, name="request_newcomer"),
    path("plusieurs/", requests.requests_decide, name="requests_decide"),
    path("fichier/<uuid:batch>/", requests.request_batch, name="request_batch"),
    path("fichier/<uuid:batch>/approuver/", requests.request_batch_approve, name="request_batch_approve"),
    path("<uuid:pk>/", requests.access_request, name="access_request"),
    path("<uuid:pk>/approuver/", requests.request_approve, name="request_approve"),
    path("<uuid:pk>/refuser/", requests.request_refuse, name="request_refuse"),
    path("<uuid:pk>/retirer/", requests.request_withdraw, name="request_withdraw"),
]
_places = [
    path("", places.places, name="places"),
    path("<uuid:pk>/", places.place, name="place"),
    path("<uuid:pk>/ajouter/", places.place_add, name="place_add"),
    path("<uuid:pk>/contact/", places.place_contact, name="place_contact"),
]

_tokens = [
    path("", tokens.tokens, name="tokens"),
    path("demander/", tokens.token_ask, name="token_ask"),
    path("<uuid:pk>/faire/", tokens.token_make, name="token_make"),
    path("<uuid:pk>/revoquer/", tokens.token_revoke, name="token_revoke"),
]

api_urlpatterns = [
    path("assignments/", api.assignments, name="api_assignments"),
    path("assignments/grant/", api.assignment_grant, name="api_assignment_grant"),
    path("assignments/<uuid:pk>/extend/", api.assignment_extend, name="api_assignment_extend"),
    path("assignments/<uuid:pk>/end/", api.assignment_end, name="api_assignment_end"),
    path("me/assignments/", api.mine, name="api_mine"),
    path("schema/", description.schema, name="api_schema"),
    path("", description.reference, name="reference"),
]

scim_urlpatterns = [
    path("ServiceProviderConfig", scim.service_provider_config, name="scim_config"),
    path("ResourceTypes", scim.resource_types, name="scim_resource_types"),
    path("Schemas", scim.schemas, name="scim_schemas"),
    path("Users", scim.users, name="scim_users"),
    path("Users/<uuid:pk>", scim.user_detail, name="scim_user"),
]

urlpatterns = [
    path("regles/", rules.rules, name="rules"),
    path("acces/personnes/", include(_people)),
    path("acces/affectations/", include(_assignments)),
    path("acces/remplacements/", include(_stand_ins)),
    path("acces/demandes/", include(_requests)),
    path("acces/lieux/", include(_places)),
    path("acces/jetons/", include(_tokens)),
    path("acces/qui/", reach.who, name="who"),
    path("acces/a-revoir/", reach.review, name="review"),
    path("acces/inutilises/", reviews.rights_unused, name="rights_unused"),
    path("acces/inutilises/<uuid:pk>/", reviews.right_unused, name="right_unused"),
    path("acces/confirmer/", reviews.rights_confirm, name="rights_confirm"),
    path("acces/revues/", reviews.reviews, name="reviews"),
    path("acces/revues/<uuid:pk>/", reviews.review_signed, name="review_signed"),
    path("acces/couverture/", coverage.coverage, name="coverage"),
    path("acces/moi/", assignments.mine, name="mine"),
]
