from django.urls import path

from desk import api
from desk.views import (
    accessibility,
    control,
    evidence,
    exposure,
    home,
    intake,
    keys,
    patrimony,
    register,
    seal,
    shown_as,
    texts,
    trace,
)

api_urlpatterns = [
    path("trace/", api.trace, name="api_trace"),
    path("trace/<uuid:pk>/", api.trace_event, name="api_trace_event"),
    path("me/looks/", api.own_looks, name="api_own_looks"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("accessibilite/", accessibility.accessibility, name="accessibility"),
    path("touches/", keys.keys, name="keys"),
    path("trace/", trace.trace, name="trace"),
    path("trace/mentions/", trace.trace_lines, name="trace_lines"),
    path("trace/sceau/", seal.seal, name="seal"),
    path("trace/exposition/", exposure.exposure, name="exposure"),
    path("trace/preuves/", evidence.evidence, name="evidence"),
    path("trace/personnes/<uuid:pk>/preuves/", evidence.evidence_person, name="evidence_person"),
    path("trace/compte/", trace.trace_account, name="trace_account"),
    path("trace/<uuid:pk>/", trace.trace_event, name="trace_event"),
    path("trace/personnes/<uuid:pk>/", trace.trace_person, name="trace_person"),
    path("ma-trace/", trace.own_looks, name="own_looks"),
    path("registre/", register.register, name="register"),
    path("registre/registre.csv", register.register_csv, name="register_csv_file"),
    path("registre/registre.json", register.register_json, name="register_json_file"),
    path("registre/textes/", texts.texts, name="texts"),
    path("registre/controle/", texts.inspection, name="inspection"),
    path("registre/controle/lire/", texts.inspection_ask, name="inspection_ask"),
    path("registre/controle/<uuid:pk>/", texts.inspection_lines, name="inspection_lines"),
    path("controles/", texts.inspections_agree, name="inspections_agree"),
    path("controles/<uuid:pk>/", texts.inspection_agree, name="inspection_agree"),
    path("controle/", control.control, name="control"),
    path("controle/comme/", shown_as.control_act, name="control_act"),
    path("controle/gardien/<path:page>", shown_as.caretaker_page, name="caretaker_page"),
    path("controle/gardien/", shown_as.caretaker_page, {"page": ""}, name="caretaker_home"),
    path("controle/<str:number>/", control.control_exhibit, name="control_exhibit"),
    path("donnees/", intake.intake, name="intake"),
    path("patrimoine/", patrimony.patrimony, name="patrimony"),
    path("patrimoine/secteurs/<uuid:pk>/", patrimony.patrimony_sector, name="patrimony_sector"),
    path("patrimoine/<uuid:pk>/", patrimony.patrimony_building, name="patrimony_building"),
]
