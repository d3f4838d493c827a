"""Data classes: how much a stored value says about a person. Every field of every model has one of them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DataClass(TextChoices):
    """The label is shown to people who ask which data are stored. Apps below this one write the value as a string."""

    PLAIN = "plain", _("Ne dit rien d’une personne : identifiants opaques, réglages, faits sur les bâtiments.")
    PERSONAL = "personal", _("Se rapporte à une personne identifiée ou identifiable : nom, téléphone, adresse, dates.")
    BANK = "bank", _("Coordonnées bancaires : toujours chiffrées, montrées seulement quand un acte précis le demande.")
    INFERABLE = (
        "inferable",
        _("Anodine en apparence, mais permet de deviner une donnée sensible : santé, origine, situation familiale."),
    )
    FREE_TEXT = "free_text", _("Texte libre : relu par le crible avant d’être gardé, et borné dans le temps.")
    SECRET = "secret", _("Ouvre un accès : mot de passe, jeton, clé de session ; jamais affichée ni exportée.")


PLAIN = DataClass.PLAIN
PERSONAL = DataClass.PERSONAL
BANK = DataClass.BANK
INFERABLE = DataClass.INFERABLE
FREE_TEXT = DataClass.FREE_TEXT
SECRET = DataClass.SECRET
