from django.urls import path

from tenants.views import accounts, cards, households, identity, leases, reminders, residents

urlpatterns = [
    path("comptes/", accounts.accounts, name="accounts"),
    path("comptes/<str:reference>/", accounts.account, name="account"),
    path("immeubles/", residents.buildings, name="buildings"),
    path("immeubles/chercher/", residents.residents_search, name="residents_search"),
    path("immeubles/<uuid:pk>/", residents.building, name="building"),
    path("immeubles/<uuid:pk>/vacants/", residents.vacant, name="vacant"),
    path("immeubles/<uuid:pk>/rappels/nouveau/", reminders.reminder_give, name="reminder_give"),
    path("rappels/<uuid:pk>/", reminders.reminder, name="reminder"),
    path("rappels/portes/<uuid:pk>/", reminders.reminder_door, name="reminder_door"),
    path("fiches/<uuid:pk>/", cards.card, name="card"),
    path("comptes/<str:reference>/bail/", leases.lease, name="lease"),
    path("comptes/<str:reference>/bail/conge/", leases.lease_notice, name="lease_notice"),
    path("comptes/<str:reference>/bail/mutation/", leases.lease_transfer, name="lease_transfer"),
    path("comptes/<str:reference>/bail/arrivee/", leases.resident_in, name="resident_in"),
    path("comptes/<str:reference>/bail/depart/<uuid:residence>/", leases.resident_out, name="resident_out"),
    path("comptes/<str:reference>/bail/representants/", households.representatives, name="representatives"),
    path("comptes/<str:reference>/discretion/", households.discreet, name="discreet"),
    path("comptes/<str:reference>/identite/", identity.identity, name="identity"),
    path("comptes/<str:reference>/identite/<uuid:tenant>/banque/", identity.bank_details, name="bank_details"),
    path("immeubles/<uuid:pk>/baux/nouveau/", leases.lease_new, name="lease_new"),
    path("fiches/<uuid:pk>/contact/", households.contact_change, name="contact_change"),
    path("fiches/<uuid:pk>/aides/", households.help_codes, name="help_codes"),
]
