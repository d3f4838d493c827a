"""The keyboard shortcuts page, and the cookie that turns the shortcuts off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from backoffice.preferences import KEYS_COOKIE, set_preference


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "backoffice/keys.html")
    answer = redirect("keys")
    set_preference(answer, KEYS_COOKIE, "off" if "off" in request.POST else "")
    return answer
