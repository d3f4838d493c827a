"""Files that a browser sends, to be tried and then to be taken in."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Person
from desk.portfolio.sheet import Sheet
from desk.portfolio.upload import Held, files_sent, fingerprint

_SALT, _VALID = "desk.intake", 3600


class _Several(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field, cleaned into the sheets that their names say."""

    widget = _Several
    # What is far too large is not read at all, and looks as if nothing had been chosen: one sentence is true of both.
    default_error_messages = {"required": _("Aucun fichier n’est arrivé\u00a0: choisissez-en, 8 Mo au plus ensemble.")}

    def clean(self, data: Any, initial: Any = None) -> dict[Sheet, Held]:
        uploads = [super(FilesField, self).clean(upload, initial) for upload in data or [None]]
        return files_sent(uploads)


class FilesForm(forms.Form):
    """`tried`: what an earlier try was of, signed for one person and an hour. With it, the same files come for good."""

    sent = FilesField(
        label=_("Fichiers CSV"),
        help_text=_("Un ou plusieurs à la fois, 8 Mo au plus ensemble. Ils sont lus, jamais gardés."),
        allow_empty_file=True,
    )
    tried = forms.CharField(label=_("Essai"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["sent"].widget.attrs["accept"] = ".csv"

    @property
    def dry(self) -> bool:
        return not self.cleaned_data["tried"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("tried") and "sent" in said:
            self._must_be_those(said)
        return said

    def _must_be_those(self, said: dict[str, Any]) -> None:
        try:
            owner, known = signing.loads(said["tried"], salt=_SALT, max_age=_VALID)
        except signing.BadSignature:
            raise forms.ValidationError(gettext("Cet essai est trop ancien\u00a0: essayez de nouveau.")) from None
        if (owner, known) != (str(self.person.pk), fingerprint(said["sent"])):
            raise forms.ValidationError(gettext("Ce ne sont pas les fichiers de l’essai\u00a0: essayez-les d’abord."))

    def again(self) -> "FilesForm":
        """The form that takes in for good what this one has tried."""
        tried = signing.dumps([str(self.person.pk), fingerprint(self.cleaned_data["sent"])], salt=_SALT)
        return FilesForm(initial={"tried": tried}, person=self.person)
