"""Constraints that Django's models cannot express, each with the sentence shown to the user."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise | str] = {
    "deferral_not_of_ones_own": _("Vous ne pouvez pas décider du report de votre propre consultation."),
}
