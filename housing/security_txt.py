"""Serves `/.well-known/security.txt`: where to report a vulnerability (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Days until security.txt expires. RFC 9116 recommends less than a year.
VALID_DAYS = 180


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return security.txt with the landlord's contact. Raise Http404 if LOGE_SECURITY_CONTACT is not set."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    expires = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=VALID_DAYS)
    lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: fr, en"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
