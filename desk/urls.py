from django.urls import path

from desk import views, views_patrimony, views_trace

urlpatterns = [
    path("", views.home, name="home"),
    path("trace/", views_trace.trace, name="trace"),
    path("trace/mentions/", views_trace.trace_lines, name="trace_lines"),
    path("trace/compte/", views_trace.trace_account, name="trace_account"),
    path("trace/<uuid:pk>/", views_trace.trace_event, name="trace_event"),
    path("trace/personnes/<uuid:pk>/", views_trace.trace_person, name="trace_person"),
    path("ma-trace/", views_trace.own_looks, name="own_looks"),
    path("patrimoine/", views_patrimony.patrimony, name="patrimony"),
    path("patrimoine/secteurs/<uuid:pk>/", views_patrimony.patrimony_sector, name="patrimony_sector"),
    path("patrimoine/<uuid:pk>/", views_patrimony.patrimony_building, name="patrimony_building"),
]
