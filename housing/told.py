"""What was just done, said on the next page: it travels in a signed cookie, under a name of this very host."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Told(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"
