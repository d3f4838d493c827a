"""Data classes: how much a stored value says about a person. Every field of every model is assigned to one of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DataClass(TextChoices):
    """How much a stored value says about a person. The labels are displayed to people who ask what is stored about
    them.

    Models of apps that privacy/ imports cannot import this class. They write a member's value, for example "plain"
    instead of DataClass.PLAIN.
    """

    PLAIN = (
        "plain",
        _("Aucune information sur une personne : identifiants opaques, réglages, informations sur les bâtiments."),
    )
    PERSONAL = "personal", _("Se rapporte à une personne identifiée ou identifiable : nom, téléphone, adresse, dates.")
    BANK = "bank", _("Coordonnées bancaires : toujours chiffrées, affichées seulement quand un acte précis l’exige.")
    INFERABLE = (
        "inferable",
        _("Ordinaire en apparence, mais laisse deviner une donnée sensible : santé, origine, situation familiale."),
    )
    FREE_TEXT = (
        "free_text",
        _("Texte libre : vérifié avant l’enregistrement, et conservé pour une durée limitée."),
    )
    SECRET = "secret", _("Donne un accès : mot de passe, jeton, clé de session. Jamais affiché ni exporté.")


PLAIN = DataClass.PLAIN
PERSONAL = DataClass.PERSONAL
BANK = DataClass.BANK
INFERABLE = DataClass.INFERABLE
FREE_TEXT = DataClass.FREE_TEXT
SECRET = DataClass.SECRET
