"""The form that uploads a landlord's files, first for a dry run and then for the import."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Person
from exchange.portfolio.sheet import Sheet
from exchange.portfolio.upload import MemoryFile, files_sent, fingerprint

_SALT, _VALID = "desk.intake", 3600


class _Several(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A field for several files. Its cleaned value maps each `Sheet` (kind of file) to the file with the right name."""

    widget = _Several
    # Django drops a file that is far too large. The form then seems empty, so this message names the maximum size.
    default_error_messages = {
        "required": _("Aucun fichier n’a été reçu : choisissez des fichiers de 8 Mo au plus au total.")
    }

    def clean(self, data: Any, initial: Any = None) -> dict[Sheet, MemoryFile]:
        uploads = [super(FilesField, self).clean(upload, initial) for upload in data or [None]]
        return files_sent(uploads)


class FilesForm(forms.Form):
    """Uploads files. If `tried` is given, the files are imported. Otherwise the run is a dry run.

    `tried` is a signed fingerprint of the files of a dry run. It is valid for one person and one hour, and only for the
    same files.
    """

    sent = FilesField(
        label=_("Fichiers CSV"),
        help_text=_("Un ou plusieurs fichiers, 8 Mo au plus au total. Ils sont lus, mais ne sont pas conservés."),
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
        data = super().clean() or {}
        if not data.get("tried") or "sent" not in data:
            return data
        try:
            owner, known = signing.loads(data["tried"], salt=_SALT, max_age=_VALID)
        except signing.BadSignature:
            raise forms.ValidationError(gettext("Cet essai est trop ancien : faites-en un nouveau.")) from None
        if (owner, known) != (str(self.person.pk), fingerprint(data["sent"])):
            raise forms.ValidationError(
                gettext("Ces fichiers ne sont pas ceux de l’essai : faites d’abord un essai avec eux.")
            )
        return data

    def again(self) -> "FilesForm":
        """Return the form of the real import after this dry run. The user must choose the same files again."""
        tried = signing.dumps([str(self.person.pk), fingerprint(self.cleaned_data["sent"])], salt=_SALT)
        return FilesForm(initial={"tried": tried}, person=self.person)
