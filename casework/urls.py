from django.urls import path

from casework.views import (
    certificates,
    contact_attempts,
    contests,
    facts,
    legacy_comments,
    notes,
    precautions,
    vocabulary,
)

urlpatterns = [
    path("contestations/", contests.contests, name="contests"),
    path("contestations/<uuid:pk>/", contests.contest, name="contest"),
    path("contestations/a-decider/", contests.contests_agree, name="contests_agree"),
    path("contestations/a-decider/<uuid:pk>/", contests.contest_agree, name="contest_agree"),
    path("anciens-commentaires/", legacy_comments.legacy_comments, name="inheritance"),
    path("anciens-commentaires/certificats/<uuid:pk>/", certificates.certificate, name="certificate"),
    path("anciens-commentaires/certificats/<uuid:pk>.pdf", certificates.certificate_file, name="certificate_file"),
    path("anciens-commentaires/<uuid:pk>/", legacy_comments.legacy_comment, name="inherited_line"),
    path("anciens-commentaires/<uuid:pk>/tout-effacer/", legacy_comments.legacy_comments_erase, name="inherited_erase"),
    path("vocabulaire/", vocabulary.vocabulary, name="vocabulary"),
    path("vocabulaire/nouveau/", vocabulary.vocabulary_add, name="vocabulary_add"),
    path("fiches/<uuid:pk>/faits/", facts.card_facts, name="card_facts"),
    path("fiches/<uuid:pk>/faits/<uuid:fact>/lettre/", precautions.fact_letter, name="fact_letter"),
    path("fiches/<uuid:pk>/faits/<slug:code>/", facts.card_fact, name="card_fact"),
    path("logements/<uuid:pk>/", facts.dwelling_facts, name="dwelling_facts"),
    path("logements/<uuid:pk>/<slug:code>/", facts.dwelling_fact, name="dwelling_fact"),
    path("comptes/a-contacter/", contact_attempts.accounts_to_contact, name="accounts_to_contact"),
    path("comptes/a-contacter/export/", contact_attempts.contacts_export, name="contacts_export"),
    path("comptes/<str:reference>/contact/", contact_attempts.account_contact, name="account_contact"),
    path("comptes/<str:reference>/faits/", facts.account_facts, name="account_facts"),
    path("comptes/<str:reference>/faits/<slug:code>/", facts.account_fact, name="account_fact"),
    path("comptes/<str:reference>/notes/", notes.account_notes, name="account_notes"),
    path("comptes/<str:reference>/notes/relire/", notes.note_reading, name="note_reading"),
]
