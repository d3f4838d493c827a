from django.urls import path

from desk.views import accessibility, control, copies, evidence, home, keys, patrimony, shown_as

urlpatterns = [
    path("", home.home, name="home"),
    path("accessibilite/", accessibility.accessibility, name="accessibility"),
    path("touches/", keys.keys, name="keys"),
    path("trace/preuves/", evidence.evidence, name="evidence"),
    path("trace/personnes/<uuid:pk>/preuves/", evidence.evidence_person, name="evidence_person"),
    path("registre/copies/", copies.copies, name="copies"),
    path("controle/", control.control, name="control"),
    path("controle/copie/", copies.control_copy, name="control_copy"),
    path("controle/comme/", shown_as.control_act, name="control_act"),
    path("controle/gardien/<path:page>", shown_as.caretaker_page, name="caretaker_page"),
    path("controle/gardien/", shown_as.caretaker_page, {"page": ""}, name="caretaker_home"),
    path("controle/<str:number>/", control.control_exhibit, name="control_exhibit"),
    path("patrimoine/", patrimony.patrimony, name="patrimony"),
    path("patrimoine/secteurs/<uuid:pk>/", patrimony.patrimony_sector, name="patrimony_sector"),
    path("patrimoine/<uuid:pk>/", patrimony.patrimony_building, name="patrimony_building"),
]
