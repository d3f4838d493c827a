from django.urls import path

from exchange.views import intake, runs

urlpatterns = [
    path("donnees/", intake.intake, name="intake"),
    path("donnees/modeles/<str:file>", intake.intake_blank_file, name="intake_blank_file"),
    path("donnees/demandes/", intake.applications_import, name="applications_import"),
    path("donnees/imports/", runs.import_runs, name="import_runs"),
    path("donnees/imports/<uuid:pk>/", runs.import_run, name="import_run"),
    path("donnees/imports/<uuid:pk>/refus/<str:file>", runs.import_run_file, name="import_run_file"),
    path("trace/imports/", runs.imports_watched, name="imports_watched"),
]
