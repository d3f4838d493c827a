from django.urls import path

from backoffice.views import accessibility, board, first_steps, home, keys, patrimony, tasks, theme, work

urlpatterns = [
    path("a-faire/", tasks.tasks, name="tasks"),
    path("tableau/", board.board, name="board"),
    path("journee/", work.work, name="work"),
    path("comptes/pile/", work.account_turn, name="account_turn"),
    path("", home.home, name="home"),
    path("accessibilite/", accessibility.accessibility, name="accessibility"),
    path("affichage/", theme.theme, name="theme"),
    path("aide/", first_steps.first_steps, name="first_steps"),
    path("touches/", keys.keys, name="keys"),
    path("patrimoine/", patrimony.patrimony, name="patrimony"),
    path("patrimoine/carte/", patrimony.patrimony_map, name="patrimony_map"),
    path("patrimoine/carte/<slug:postcode>/", patrimony.patrimony_map_of, name="patrimony_map_of"),
    path("patrimoine/secteurs/<uuid:pk>/", patrimony.patrimony_sector, name="patrimony_sector"),
    path("patrimoine/<uuid:pk>/", patrimony.patrimony_building, name="patrimony_building"),
]
