"""A model field whose column holds sealed values, each bound to its table, column and row.

    iban = EncryptedField()                      # on a model whose primary key exists before it is saved: a UUID
    detail.iban = "FR76 …"                       # sealed when the row is saved
    detail.iban.reveal()                         # opened only here; everything else shows "<scellé>"

Values are bound to names: a migration that renames the table, the column or the row must seal them again.
"""

from typing import TYPE_CHECKING, Any, NoReturn

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from privacy.encryption import open_, seal

UNFIT = ("default", "unique", "db_index", "choices", "primary_key", "max_length")


class Ciphertext(bytes):
    """What the column holds. Its own type, so that bytes from elsewhere are never taken for something sealed."""

    def __repr__(self) -> str:
        return "<scellé>"

    __str__ = __repr__


class Clear:
    """An assigned text waiting for `save`. It shows nothing and does not travel: not to a cache, not to a log."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "<à sceller>"

    def __deepcopy__(self, memo: dict[int, Any]) -> "Clear":
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A value that is not sealed yet cannot be pickled: save its row first.")


class Sealed:
    """What the attribute gives. Shows nothing, equals only itself."""

    __slots__ = ("_held", "_instance", "_place")

    def __init__(self, held: Ciphertext | Clear, field: "EncryptedField", instance: models.Model) -> None:
        self._held = held
        self._place = field.place
        self._instance = instance

    def reveal(self) -> str:
        """The text. Raises WrongKey or Tampered. The caller decided that this person may see it, and recorded it."""
        if isinstance(self._held, Clear):
            return self._held.text
        return open_(self._held, **self._bound_to()).decode()

    def ciphertext(self) -> Ciphertext:
        if isinstance(self._held, Ciphertext):
            return self._held
        return Ciphertext(seal(self._held.text, **self._bound_to()))

    def is_of(self, field: "EncryptedField", instance: models.Model) -> bool:
        return self._place == field.place and self._instance.pk == instance.pk

    def held(self) -> Ciphertext | Clear:
        return self._held

    def _bound_to(self) -> dict[str, str]:
        table, column = self._place
        return {"table": table, "column": column, "row": _row(self._instance)}

    def __repr__(self) -> str:
        return "<scellé>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A sealed value travels with its row: pickle the row, or reveal the value.")


class SealedAttribute(DeferredAttribute):
    """Keeps the instance's dictionary free of readable text, and gives a `Sealed` to whoever asks."""

    field: "EncryptedField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        return None if held is None else Sealed(held, self.field, instance)

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = self._held(instance, value)

    def _held(self, instance: models.Model, value: object) -> Ciphertext | Clear | None:
        if value is None or isinstance(value, Ciphertext):
            return value
        if isinstance(value, Sealed) and value.is_of(self.field, instance):
            return value.held()
        if isinstance(value, str):
            return Clear(value)
        raise TypeError(f"{self.field.attname} takes a text or None; reveal() another row's value before copying it.")


if TYPE_CHECKING:
    SealedBinary = models.BinaryField["str | Sealed | None", Sealed]
else:
    SealedBinary = models.BinaryField


class EncryptedField(SealedBinary):
    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    @property
    def place(self) -> tuple[str, str]:
        """Table and column, the part of the binding that all rows share."""
        return self.model._meta.db_table, str(self.column)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._unfit_options(), *self._key_made_too_late()]

    def get_default(self) -> None:
        return None

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def to_python(self, value: Any) -> Any:
        """A text is a text here; BinaryField would take it for base64."""
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Ciphertext | None:
        value: Sealed | None = getattr(model_instance, self.attname)
        if value is None:
            return None
        if add and isinstance(value.held(), Ciphertext):
            value.reveal()  # a row copied under a new key would otherwise be stored unreadable, and noticed years later
        sealed = value.ciphertext()
        setattr(model_instance, self.attname, sealed)
        return sealed

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        if isinstance(value, Sealed):
            value = value.ciphertext()
        if not isinstance(value, Ciphertext):
            raise TypeError(f"{self.name} is sealed row by row: assign it and save the row, update() cannot.")
        return bytes(value)

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise TypeError(
            f"{self.name} is sealed and cannot be dumped to a fixture: back up with pg_dump and the key file."
        )

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: the database cannot compare it. Only {self.name}__isnull works.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> type[models.Transform] | None:
        return None

    def _unfit_options(self) -> list[checks.CheckMessage]:
        _name, _path, _args, options = self.deconstruct()
        return [
            checks.Error(f"{option} means nothing on a sealed column.", obj=self, id="privacy.E001")
            for option in UNFIT
            if option in options
        ]

    def _key_made_too_late(self) -> list[checks.CheckMessage]:
        if not isinstance(self.model._meta.pk, models.AutoField):
            return []
        hint = "Use a UUID with a default, or a one-to-one key."
        return [
            checks.Error(
                "A sealed value is bound to its row's key, known only after saving.",
                hint=hint,
                obj=self,
                id="privacy.E002",
            )
        ]


def _row(instance: models.Model) -> str:
    """The key as the database spells it, whichever way it was given."""
    if instance.pk is None:
        raise ValueError(f"A {type(instance).__name__} needs its primary key before a value is sealed for it.")
    return str(instance._meta.pk.to_python(instance.pk))
