from django.urls import path

from allocations.views import applications, closings, figures, flow, letters, occasions, reservations, review, vacancies

urlpatterns = [
    path("attribution/chiffres/", figures.legal_figures, name="legal_figures"),
    path("attribution/logements/", vacancies.vacancies, name="vacancies"),
    path("attribution/logements/<uuid:pk>/", vacancies.vacancy, name="vacancy"),
    path("attribution/logements/declarer/<uuid:pk>/", vacancies.vacancy_declare, name="vacancy_declare"),
    path("attribution/conditions/<uuid:pk>/", vacancies.unit_terms, name="unit_terms"),
    path("attribution/orientation/", flow.orientation, name="orientation"),
    path("attribution/orientation/<uuid:pk>/", flow.vacancy_orient, name="vacancy_orient"),
    path("attribution/reservataires/", flow.contingents, name="contingents"),
    path("attribution/reservataires/<uuid:pk>/", flow.contingent, name="contingent"),
    path("reservations/", reservations.own_contingent, name="own_contingent"),
    path("reservations/<uuid:pk>/", reservations.own_vacancy, name="own_vacancy"),
    # Tests send each form in this order: these two end what the pages above show.
    path("attribution/logements/<uuid:pk>/retrait/", vacancies.vacancy_withdraw, name="vacancy_withdraw"),
    path("attribution/reservataires/<uuid:pk>/fin/", flow.contingent_end, name="contingent_end"),
    path("demandes/", occasions.applications, name="applications"),
    path("demandes/ouvrir/", occasions.application_open, name="application_open"),
    path("demandes/nouvelle/", applications.application_take, name="application_take"),
    path("demandes/echeances/<uuid:application>/", occasions.application_due, name="application_due"),
    path("demandes/<uuid:pk>/", applications.application, name="application"),
    path("demandes/<uuid:pk>/demandeur/<uuid:applicant>/", applications.applicant_change, name="applicant_change"),
    path("demandes/<uuid:pk>/foyer/", applications.application_household, name="application_household"),
    path("demandes/<uuid:pk>/souhait/", applications.application_wishes, name="application_wishes"),
    path("demandes/<uuid:pk>/ressources/", review.application_income, name="application_income"),
    path("demandes/<uuid:pk>/pieces/", review.application_documents, name="application_documents"),
    path("demandes/<uuid:pk>/terme/", closings.application_term, name="application_term"),
    path("demandes/<uuid:pk>/avertissement/", closings.application_warning, name="application_warning"),
    path("demandes/<uuid:pk>/courrier/<slug:letter>/", letters.application_letter, name="application_letter"),
    path("demandes/<uuid:pk>/radiation/", closings.application_close, name="application_close"),
    # Tests send each form in this order: after this page, the application is closed to the person.
    path("demandes/<uuid:pk>/refermer/", occasions.application_leave, name="application_leave"),
]
