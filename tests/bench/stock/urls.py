from django.urls import path

from housing.urls import urlpatterns as of_the_house
from tests.bench.stock.views import AccountPage

# The template points at the house's other pages.
urlpatterns = [path("stock/<str:reference>/", AccountPage.as_view(), name="stock_account"), *of_the_house]
