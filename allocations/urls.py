from django.urls import path

from allocations.api import applications as api_applications
from allocations.api import vacancies as api_vacancies
from allocations.views import (
    applications,
    ceilings,
    closings,
    figures,
    flow,
    grids,
    grounds,
    letters,
    occasions,
    priorities,
    reservations,
    review,
    vacancies,
)

api_urlpatterns = [
    path("vacancies/", api_vacancies.vacancies, name="api_vacancies"),
    path("vacancies/<uuid:pk>/", api_vacancies.vacancy, name="api_vacancy"),
    path("units/<uuid:pk>/vacancies/", api_vacancies.vacancy_declare, name="api_vacancy_declare"),
    path("applications/", api_applications.application_take, name="api_application_take"),
    path("applications/<uuid:pk>/", api_applications.application, name="api_application"),
    path("applications/<uuid:pk>/incomes/", api_applications.application_income, name="api_application_income"),
    path("applications/<uuid:pk>/documents/asked/", api_applications.document_ask, name="api_document_ask"),
    path("applications/<uuid:pk>/documents/seen/", api_applications.document_see, name="api_document_see"),
    path("applications/<uuid:pk>/renewals/", api_applications.application_renew, name="api_application_renew"),
]

urlpatterns = [
    path("attribution/chiffres/", figures.legal_figures, name="legal_figures"),
    path("attribution/grille/", grids.grids, name="grids"),
    path("attribution/grille/projet/", grids.grid_draft, name="grid_draft"),
    path("attribution/grille/adopter/", grids.grid_adopt, name="grid_adopt"),
    path("attribution/plafonds/", ceilings.ceilings, name="ceilings"),
    path("motifs/", grounds.ground_cases, name="ground_cases"),
    path("motifs/<uuid:case>/prendre/", grounds.ground_case_take, name="ground_case_take"),
    path("motifs/<uuid:pk>/", grounds.ground_case, name="ground_case"),
    path("motifs/<uuid:pk>/courrier/<slug:sheet>/", grounds.ground_letter, name="ground_letter"),
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
    path("demandes/<uuid:pk>/priorites/", priorities.application_priorities, name="application_priorities"),
    path("demandes/<uuid:pk>/conditions/", priorities.application_conditions, name="application_conditions"),
    path("demandes/<uuid:pk>/terme/", closings.application_term, name="application_term"),
    path("demandes/<uuid:pk>/avertissement/", closings.application_warning, name="application_warning"),
    path("demandes/<uuid:pk>/courrier/<slug:letter>/", letters.application_letter, name="application_letter"),
    path("demandes/<uuid:pk>/radiation/", closings.application_close, name="application_close"),
    # Tests send each form in this order: after this page, the application is closed to the person.
    path("demandes/<uuid:pk>/refermer/", occasions.application_leave, name="application_leave"),
]
