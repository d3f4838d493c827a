"""Sends the email that tells reviewers about an emergency access that they have to review."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from tenants.actions.emergencies import Opened


def tell(request: DoorRequest, opened: Opened) -> None:
    """Email the reviewers that an emergency access waits for a review.

    An email may be read by others, so it names no employee, household or place.
    """
    url = request.build_absolute_uri(reverse("home"))
    with translation.override(settings.LANGUAGE_CODE):
        body = render_to_string("tenants/emergency_letter.txt", {"url": url})
        letter = EmailMessage(_("Loge : un accès d’urgence est à examiner"), body, bcc=list(opened.notified))
    if opened.notified:
        # The email is only queued. It is sent after the response, so that a slow mail server does not delay the page.
        request.letters = [*getattr(request, "letters", ()), letter]  # type: ignore[attr-defined]
