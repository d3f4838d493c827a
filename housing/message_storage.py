"""Flash messages in a signed cookie. Over HTTPS its name restricts the cookie to this host."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Told(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"
