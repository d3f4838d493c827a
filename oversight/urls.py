from django.urls import path

from oversight import api
from oversight.views import audit_log, breaches, exposure, questions, register, seal, texts

api_urlpatterns = [
    path("trace/", api.event_list, name="api_trace"),
    path("trace/<uuid:pk>/", api.event_detail, name="api_trace_event"),
    path("me/looks/", api.own_looks, name="api_own_looks"),
]

urlpatterns = [
    path("trace/", audit_log.overview, name="trace"),
    path("trace/mentions/", audit_log.event_list, name="trace_lines"),
    path("trace/sceau/", seal.seal, name="seal"),
    path("trace/exposition/", exposure.exposure, name="exposure"),
    path("trace/compte/", audit_log.account_events, name="trace_account"),
    path("trace/questions/", questions.look_questions, name="look_questions"),
    path("trace/questions/<uuid:pk>/", questions.look_question, name="look_question"),
    path("reponses/", questions.look_answers, name="look_answers"),
    path("reponses/<uuid:pk>/", questions.look_answer, name="look_answer"),
    path("regles/consultations/", questions.look_rules, name="look_rules"),
    path("ma-trace/<uuid:pk>/", questions.own_question, name="own_question"),
    path("trace/<uuid:pk>/", audit_log.event_detail, name="trace_event"),
    path("trace/personnes/<uuid:pk>/", audit_log.person_events, name="trace_person"),
    path("ma-trace/", audit_log.own_looks, name="own_looks"),
    path("registre/", register.register, name="register"),
    path("registre/registre.csv", register.register_csv, name="register_csv_file"),
    path("registre/registre.json", register.register_json, name="register_json_file"),
    path("registre/violations/", breaches.breaches, name="breaches"),
    path("registre/textes/", texts.texts, name="texts"),
    path("registre/controle/", texts.inspection, name="inspection"),
    path("registre/controle/lire/", texts.inspection_ask, name="inspection_ask"),
    path("registre/controle/<uuid:pk>/", texts.inspection_lines, name="inspection_lines"),
    path("controles/", texts.inspections_agree, name="inspections_agree"),
    path("controles/<uuid:pk>/", texts.inspection_agree, name="inspection_agree"),
]
