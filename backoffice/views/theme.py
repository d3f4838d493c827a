"""Stores the choice of a light or dark display in a cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from backoffice.preferences import THEME_COOKIE, THEMES, set_preference


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store the choice, and redirect to the page on which the person made it."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        page = "/"
    answer = redirect(page)
    value = request.POST.get("theme", "")
    set_preference(answer, THEME_COOKIE, value if value in THEMES else "")
    return answer
