"""Storage of flash messages in a signed cookie, restricted to this host over HTTPS."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Told(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"
