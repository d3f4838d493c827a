"""The accessibility statement, a public page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.accessibility import AXE, TRIED, UNTRIED


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"tried": TRIED, "untried": UNTRIED, "axe": AXE, "contact": settings.ACCESSIBILITY_CONTACT}
    return render(request, "backoffice/accessibility.html", context)
