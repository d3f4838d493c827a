from django.urls import path

from tenants.api import residents as api_residents
from tenants.views import (
    cards,
    emergencies,
    evacuations,
    front_desk,
    households,
    lease_changes,
    leases,
    names,
    reminders,
    residents,
    walls,
)

api_urlpatterns = [
    path("residents/", api_residents.residents, name="api_residents"),
    path("residents/search/", api_residents.residents_search, name="api_residents_search"),
    path("residents/<uuid:pk>/", api_residents.resident, name="api_resident"),
]

urlpatterns = [
    path("accueil/", front_desk.front_desk, name="front_desk"),
    path("accueil/identite/", front_desk.identity_check, name="identity_check"),
    path("accueil/identite/porte/", front_desk.door_check, name="door_check"),
    path("accueil/fiches/<uuid:pk>/", front_desk.checked_card, name="checked_card"),
    path("acces/cloisons/", walls.walls, name="walls"),
    path("acces/cloisons/<uuid:pk>/lever/", walls.wall_end, name="wall_end"),
    path("urgence/", emergencies.emergency, name="emergency"),
    path("urgence/<uuid:pk>/", emergencies.emergency_card, name="emergency_card"),
    path("evacuations/", evacuations.evacuations, name="evacuations"),
    path("evacuations/<uuid:pk>/", evacuations.evacuation, name="evacuation"),
    path("urgences/", emergencies.emergencies, name="emergencies"),
    path("urgences/suivi/", emergencies.emergencies_watched, name="emergencies_watched"),
    path("urgences/<uuid:pk>/lettre/", emergencies.emergency_notice, name="emergency_notice"),
    path("urgences/<uuid:pk>/", emergencies.emergency_review, name="emergency_review"),
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
    path("comptes/<str:reference>/bail/annuler/<uuid:change>/", lease_changes.lease_undo, name="lease_undo"),
    path("comptes/<str:reference>/bail/arrivee/", leases.resident_in, name="resident_in"),
    path("comptes/<str:reference>/bail/depart/<uuid:residence>/", leases.resident_out, name="resident_out"),
    path("comptes/<str:reference>/bail/representants/", households.representatives, name="representatives"),
    path("comptes/<str:reference>/bail/noms/<uuid:tenant>/", names.name_correction, name="name_correction"),
    path("comptes/<str:reference>/discretion/", households.discreet, name="discreet"),
    path("immeubles/<uuid:pk>/baux/nouveau/", leases.lease_new, name="lease_new"),
    path("fiches/<uuid:pk>/contact/", households.contact_change, name="contact_change"),
    path("fiches/<uuid:pk>/aides/", households.help_codes, name="help_codes"),
]
