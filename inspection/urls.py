from django.urls import path

from inspection.views import copies, evidence, exhibits, shown_as

urlpatterns = [
    path("trace/preuves/", evidence.evidence, name="evidence"),
    path("trace/personnes/<uuid:pk>/preuves/", evidence.evidence_person, name="evidence_person"),
    path("registre/copies/", copies.copies, name="copies"),
    path("controle/", exhibits.control, name="control"),
    path("controle/copie/", copies.control_copy, name="control_copy"),
    path("controle/comme/", shown_as.control_act, name="control_act"),
    path("controle/gardien/<path:page>", shown_as.caretaker_page, name="caretaker_page"),
    path("controle/gardien/", shown_as.caretaker_page, {"page": ""}, name="caretaker_home"),
    path("controle/<str:number>/", exhibits.control_exhibit, name="control_exhibit"),
]
