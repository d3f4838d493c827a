"""Stores Django's flash messages in a signed cookie. Over HTTPS, the prefix __Host- in the cookie's name makes browsers
send the cookie only to the host that set the cookie."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Told(CookieStorage):
    cookie_name = "__Host-messages" if settings.HTTPS else "messages"
