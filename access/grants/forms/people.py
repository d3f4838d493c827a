"""Forms to add a place, to set an agency's contact, to look up who may see a dwelling, and to upload a file."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access.models import Level, Place
from access.models.place import ORDER
from access.pages.fields import DayField
from formats.telephone import PhoneField


class PlaceForm(forms.Form):
    """Form that adds a place below another one. Buildings have a form of their own, because they have an address."""

    level = forms.ChoiceField(label=_("Niveau"))
    name = forms.CharField(label=_("Nom"), max_length=120)
    code = forms.CharField(label=_("Code"), max_length=32, help_text=_("Unique dans tout l’organisme."))

    def __init__(self, *args: Any, parent: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = ORDER[ORDER.index(Level(parent.level)) + 1 :]
        levels = [(level.value, level.label) for level in below if level is not Level.BUILDING]
        cast(forms.ChoiceField, self.fields["level"]).choices = levels


class PlaceContactForm(forms.Form):
    """Form for the telephone number and email address of an agency, which must not be an employee's own."""

    phone = PhoneField(label=_("Téléphone de l’agence"), required=False, short=True)
    email = forms.EmailField(label=_("Courriel de l’agence"), required=False)


class WhoForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Rechercher"),
        choices=[
            ("account", _("un compte, par sa référence")),
            ("rpls", _("un logement, par son identifiant RPLS")),
            ("unit", _("un logement, par son identifiant Loge")),
            ("building", _("un bâtiment, par son code")),
        ],
        widget=forms.RadioSelect,
        initial="account",
    )
    reference = forms.CharField(
        label=_("Référence ou identifiant"),
        max_length=64,
        help_text=_("N’écrivez pas de nom : la recherche ne porte pas sur les personnes."),
    )
    day = DayField(label=_("Jour"), required=False, help_text=_("Laissez vide pour aujourd’hui."))


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV, xlsx ou ods, 256 ko et 1 000 lignes au plus. Le fichier est lu, mais n’est pas conservé."),
        allow_empty_file=True,
    )
