from django.urls import path

from buildings import api
from buildings.views import exchange, places

api_urlpatterns = [
    path("places/", api.places, name="api_places"),
    path("places/<uuid:pk>/", api.place, name="api_place"),
    path("buildings/", api.buildings, name="api_buildings"),
    path("buildings/<uuid:pk>/", api.building, name="api_building"),
    path("buildings/<uuid:pk>/units/", api.units, name="api_units"),
]

urlpatterns = [
    path("acces/lieux/echanges/", exchange.places_exchange, name="places_exchange"),
    path("acces/lieux/echanges/lieux.csv", exchange.places_export, name="places_export"),
    path("acces/lieux/<uuid:pk>/batiment/", places.building_add, name="building_add"),
    path("acces/lieux/<uuid:pk>/redecouper/", places.recut_building, name="recut"),
]
