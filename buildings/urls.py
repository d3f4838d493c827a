from django.urls import path

from buildings import views

urlpatterns = [
    path("acces/lieux/<uuid:pk>/batiment/", views.building_add, name="building_add"),
    path("acces/lieux/<uuid:pk>/redecouper/", views.recut_building, name="recut"),
]
