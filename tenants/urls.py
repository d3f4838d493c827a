from django.urls import path

from tenants.views import accounts

urlpatterns = [
    path("comptes/", accounts.accounts, name="accounts"),
    path("comptes/<str:reference>/", accounts.account, name="account"),
]
