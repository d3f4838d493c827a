from django.urls import path

from housing.urls import urlpatterns as loge_urlpatterns
from tests.bench.stock.views import AccountPage

# The URL patterns of Loge are included, because the template of the account page links to other pages of Loge.
urlpatterns = [path("stock/<str:reference>/", AccountPage.as_view(), name="stock_account"), *loge_urlpatterns]
