from django.urls import path

from rights.views import applicant_report, erasures, look_decisions, portability, restrictions, subject_requests

urlpatterns = [
    path("accueil/demande/", subject_requests.subject_request_take, name="subject_request_take"),
    path("accueil/demande/<str:slip>/", subject_requests.subject_slip, name="subject_slip"),
    path("droits/", subject_requests.subject_requests, name="subject_requests"),
    path("droits/export/", subject_requests.subject_requests_export, name="subject_requests_export"),
    path("droits/nouvelle/", subject_requests.subject_request_new, name="subject_request_new"),
    path("droits/chiffres/", subject_requests.subject_figures, name="subject_figures"),
    path("droits/limitations/", restrictions.restrictions, name="restrictions"),
    path("droits/limitations/<uuid:pk>/", restrictions.restriction, name="restriction"),
    path("droits/limitations/<uuid:pk>/lettre/", restrictions.restriction_letter, name="restriction_letter"),
    path("droits/<uuid:pk>/limitation/", restrictions.restriction_decide, name="restriction_decide"),
    path("droits/<uuid:pk>/lettre/", subject_requests.subject_letter, name="subject_letter"),
    path("droits/<uuid:pk>/prolongation/", subject_requests.subject_extension, name="subject_extension"),
    path("droits/<uuid:pk>/", subject_requests.subject_request, name="subject_request"),
    path("droits/reports/<uuid:event>/", look_decisions.look_defer, name="look_defer"),
    path("reports/", look_decisions.deferrals, name="deferrals"),
    path("demandes/<uuid:pk>/releve/", applicant_report.applicant_report, name="applicant_report"),
    path("droits/<uuid:pk>/releve/", subject_requests.disclosure, name="disclosure"),
    path("droits/<uuid:pk>/releve.pdf", subject_requests.disclosure_file, name="disclosure_file"),
    path("droits/<uuid:pk>/releve.json", subject_requests.disclosure_json, name="disclosure_json_file"),
    path("droits/<uuid:pk>/effacement/", erasures.erasure, name="erasure"),
    path("droits/<uuid:pk>/donnees.json", portability.portable_file, name="portable_file"),
    path("droits/<uuid:pk>/paiements.csv", portability.portable_payments, name="portable_payments_file"),
    path("demandes/<uuid:pk>/donnees.json", portability.portable_applicant, name="portable_applicant_file"),
]
