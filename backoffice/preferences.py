"""Display settings that a browser stores in a cookie: keyboard shortcuts on or off, and a light or dark display."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

A_YEAR = 365 * 24 * 60 * 60
KEYS_COOKIE, THEME_COOKIE = "loge_keys", "loge_theme"
THEMES = ("light", "dark")


def set_preference(answer: HttpResponse, cookie: str, value: str) -> None:
    """Store a display setting in a cookie for a year. An empty value deletes the cookie."""
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(cookie, value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(cookie, samesite="Lax")


def keys_off(request: HttpRequest) -> bool:
    return request.COOKIES.get(KEYS_COOKIE) == "off"


def theme_of(request: HttpRequest) -> str:
    """Return "light" or "dark", or "" if the display follows the device."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""
