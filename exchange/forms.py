"""The forms that upload a landlord's files, first for a dry run and then for the import."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Person, Place
from exchange.portfolio.sheet import Sheet
from exchange.portfolio.upload import MOST_BYTES, MemoryFile, files_sent, fingerprint
from formats.workbooks.reading import as_csv

_SALT, _VALID = "desk.intake", 3600


class TwiceSentForm(forms.Form):
    """A form that is submitted twice with the same values: for a dry run, then for the import.

    `tried` is empty in the dry run. In the import, it proves that the same person has tried the same values within the
    last hour.
    """

    tried = forms.CharField(label=_("Essai"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    @property
    def dry(self) -> bool:
        return not self.cleaned_data["tried"]

    def print_of(self, data: dict[str, Any]) -> Any:
        """Return a fingerprint of the cleaned values. The import must have the same fingerprint as the dry run."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # The values are not compared in a dry run, which is the first submission, nor if a field is invalid.
        if not data.get("tried") or data.keys() != self.fields.keys():
            return data
        try:
            owner, known = signing.loads(data["tried"], salt=_SALT, max_age=_VALID)
        except signing.BadSignature:
            self._forget_the_dry_run()
            raise forms.ValidationError(gettext("Cet essai est trop ancien : faites-en un nouveau.")) from None
        if (owner, known) != (str(self.person.pk), self.print_of(data)):
            self._forget_the_dry_run()
            raise forms.ValidationError(
                gettext("Ces fichiers ne sont pas ceux de l’essai : faites d’abord un essai avec eux.")
            )
        return data

    def _forget_the_dry_run(self) -> None:
        """Clear the field `tried`, so that submitting the form again is a dry run."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "tried": ""}

    def token(self) -> str:
        """Return the value that the page writes into the hidden field `tried` after a dry run.

        It is signed. Submitted with the form, it proves that this person has tried the same values.
        """
        return sign_dry_run(self.person, self.print_of(self.cleaned_data))


class _SignerAt(signing.TimestampSigner):
    """A signer that uses a given time instead of the current time as the timestamp of the signature."""

    def __init__(self, at: datetime) -> None:
        super().__init__(salt=_SALT)
        self.at = at

    def timestamp(self) -> str:
        return signing.b62_encode(int(self.at.timestamp()))


def sign_dry_run(person: Person, fingerprint: Any, ended_at: datetime | None = None) -> str:
    """Return the value of the field `tried`, which proves that this person made a dry run of these values.

    The value is valid for an hour after `ended_at`, the end of the dry run (default: now).
    """
    return _SignerAt(ended_at or timezone.now()).sign_object([str(person.pk), fingerprint])


class _Several(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A form field for several files. Its cleaned value maps each `Sheet` (kind of portfolio file) to the uploaded file
    with this kind's file name."""

    widget = _Several
    # Django drops a file that is far too large. The form then seems empty, so this message names the maximum size.
    default_error_messages = {
        "required": _("Aucun fichier n’a été reçu : choisissez des fichiers de 8 Mo au plus au total.")
    }

    def clean(self, data: Any, initial: Any = None) -> dict[Sheet, MemoryFile]:
        uploads = [super(FilesField, self).clean(upload, initial) for upload in data or [None]]
        return files_sent(uploads)


class FilesForm(TwiceSentForm):
    """Form that uploads portfolio files."""

    sent = FilesField(
        label=_("Fichiers"),
        help_text=_("Un ou plusieurs fichiers CSV, xlsx ou ods, 8 Mo au plus au total. Ils sont lus, puis effacés."),
        allow_empty_file=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent"].widget.attrs["accept"] = ".csv,.xlsx,.ods"

    def print_of(self, data: dict[str, Any]) -> Any:
        return fingerprint(data["sent"])

    def again(self) -> "FilesForm":
        """Return the form for the import that follows this dry run. The user must choose the same files again."""
        return FilesForm.after(self.person, self.token())

    @classmethod
    def after(cls, person: Person, tried: str) -> "FilesForm":
        return cls(initial={"tried": tried}, person=person)


class ApplicationsForm(TwiceSentForm):
    """Form that uploads a file of housing applications, and selects the place that will manage new applications."""

    place: "forms.ModelChoiceField[Place]" = forms.ModelChoiceField(
        label=_("Demandes suivies par"),
        help_text=_("Pour les demandes nouvelles. Une demande déjà dans Loge garde son lieu."),
        queryset=Place.objects.none(),
    )
    file = forms.FileField(
        label=_("Fichier des demandes"),
        help_text=_(
            "XML du système national d’enregistrement, CSV, xlsx ou ods, 8 Mo au plus. Il est lu, puis effacé."
        ),
        allow_empty_file=True,
        error_messages={"required": _("Aucun fichier n’a été reçu : choisissez un fichier de 8 Mo au plus.")},
    )

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        field = cast("forms.ModelChoiceField[Place]", self.fields["place"])
        field.queryset = places
        field.widget.choices = [("", "—"), *((place.pk, place.name) for place in places)]
        self.fields["file"].widget.attrs["accept"] = ".xml,.csv,.xlsx,.ods"

    def clean_file(self) -> MemoryFile:
        upload: UploadedFile = self.cleaned_data["file"]
        # A workbook is checked again as CSV, because a small workbook may describe a very large sheet.
        content = upload.read() if upload.size is not None and upload.size <= MOST_BYTES else None
        if content is None or len(content := as_csv(content)) > MOST_BYTES:
            raise forms.ValidationError(gettext("Le fichier dépasse 8 Mo : faites l’import sur le serveur."))
        return MemoryFile(content)

    def print_of(self, data: dict[str, Any]) -> Any:
        return [data["file"].digest, str(data["place"].pk)]

    def another(self) -> "ApplicationsForm":
        """Return the form for another dry run, with the same place."""
        first = {"place": self.cleaned_data["place"].pk}
        return ApplicationsForm(initial=first, person=self.person, places=self.places)

    def again(self) -> "ApplicationsForm":
        """Return the form for the import that follows this dry run, with the same place. The user must choose the same
        file again."""
        return ApplicationsForm.after(self.person, self.token(), self.cleaned_data["place"].pk, self.places)

    @classmethod
    def after(cls, person: Person, tried: str, place: UUID, places: Any) -> "ApplicationsForm":
        form = cls(initial={"tried": tried, "place": place}, person=person, places=places)
        form.fields["place"].widget = forms.HiddenInput()
        return form
