from django.urls import path

from exchange import views

urlpatterns = [
    path("donnees/", views.intake, name="intake"),
    path("donnees/modeles/<str:file>", views.intake_blank_file, name="intake_blank_file"),
    path("donnees/demandes/", views.applications_import, name="applications_import"),
]
