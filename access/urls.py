from django.urls import path

from access.views import rules

urlpatterns = [path("regles/", rules.rules, name="rules")]
