from django.urls import path

from buildings.views import exchange, places

urlpatterns = [
    path("acces/lieux/echanges/", exchange.places_exchange, name="places_exchange"),
    path("acces/lieux/echanges/lieux.csv", exchange.places_export, name="places_export"),
    path("acces/lieux/<uuid:pk>/batiment/", places.building_add, name="building_add"),
    path("acces/lieux/<uuid:pk>/redecouper/", places.recut_building, name="recut"),
]
