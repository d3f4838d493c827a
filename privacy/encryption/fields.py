"""A model field that encrypts its values. Each value can only be decrypted in its own table, column and row.

    iban = EncryptedField()                      # the model's primary key must exist before saving: a UUID
    detail.iban = "FR76 …"                       # encrypted when the row is saved
    detail.iban.reveal()                         # decrypted only here; everything else shows "<scellé>"

A migration that renames the table or the column, or that changes a row's primary key, must encrypt the values again.
"""

from typing import TYPE_CHECKING, Any, NoReturn

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from privacy.encryption.values import open_, seal

UNFIT = ("default", "unique", "db_index", "choices", "primary_key", "max_length")


class Ciphertext(bytes):
    """The encrypted content of the column. `get_prep_value` accepts no other type, so that no unencrypted bytes are
    stored."""

    def __repr__(self) -> str:
        return "<scellé>"

    __str__ = __repr__


class Clear:
    """A text that was assigned to an encrypted field but is not saved yet. It cannot be printed or pickled, so that it
    does not leak into a cache or log."""

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
    """The value of an encrypted field, as read from a model instance. `str()` shows "<scellé>", and a comparison with a
    text is always false: call `reveal()` to get the text."""

    __slots__ = ("_instance", "_place", "_value")

    def __init__(self, value: Ciphertext | Clear, field: "EncryptedField", instance: models.Model) -> None:
        self._value = value
        self._place = field.place
        self._instance = instance

    def reveal(self) -> str:
        """Decrypt the value. Raises WrongKey or Tampered. The caller must have checked the permission, and recorded
        that the person views this value."""
        if isinstance(self._value, Clear):
            return self._value.text
        return open_(self._value, **self._bound_to()).decode()

    def ciphertext(self) -> Ciphertext:
        if isinstance(self._value, Ciphertext):
            return self._value
        return Ciphertext(seal(self._value.text, **self._bound_to()))

    def is_of(self, field: "EncryptedField", instance: models.Model) -> bool:
        return self._place == field.place and self._instance.pk == instance.pk

    def stored_value(self) -> Ciphertext | Clear:
        return self._value

    def _bound_to(self) -> dict[str, str]:
        instance = self._instance
        if instance.pk is None:
            raise ValueError(f"A {type(instance).__name__} needs its primary key before a value is encrypted for it.")
        table, column = self._place
        # Convert the primary key to the type that the database returns, so that decryption gets the same row id.
        return {"table": table, "column": column, "row": str(instance._meta.pk.to_python(instance.pk))}

    def __repr__(self) -> str:
        return "<scellé>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("An encrypted value is bound to its row: pickle the row, or reveal the value.")


class SealedAttribute(DeferredAttribute):
    """Descriptor of an encrypted field. It stores no readable text in the instance's `__dict__`, and returns a `Sealed`
    when the field is read."""

    field: "EncryptedField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        return None if value is None else Sealed(value, self.field, instance)

    def __set__(self, instance: models.Model, value: object) -> None:
        if isinstance(value, Sealed) and value.is_of(self.field, instance):
            value = value.stored_value()
        elif isinstance(value, str):
            value = Clear(value)
        elif not (value is None or isinstance(value, Ciphertext)):
            raise TypeError(f"{self.field.attname} takes a text or None; to copy another row's value, reveal() it.")
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    SealedBinary = models.BinaryField["str | Sealed | None", Sealed]
else:
    SealedBinary = models.BinaryField


class EncryptedField(SealedBinary):
    descriptor_class = SealedAttribute
    empty_strings_allowed = False

    @property
    def place(self) -> tuple[str, str]:
        """The table and column of the field. An encrypted value can be decrypted only for the table and column for
        which it was encrypted."""
        return self.model._meta.db_table, str(self.column)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        _name, _path, _args, options = self.deconstruct()
        problems = [
            checks.Error(f"{option} has no meaning for an encrypted column.", obj=self, id="privacy.E001")
            for option in UNFIT
            if option in options
        ]
        if isinstance(self.model._meta.pk, models.AutoField):
            problems.append(
                checks.Error(
                    "An encrypted value is bound to its row's key, known only after saving.",
                    hint="Use a UUID with a default, or a one-to-one key.",
                    obj=self,
                    id="privacy.E002",
                )
            )
        return [*super().check(**kwargs), *problems]

    def get_default(self) -> None:
        return None

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def to_python(self, value: Any) -> Any:
        """Return a text as it is. BinaryField, the parent class, would decode it as base64."""
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Ciphertext | None:
        value: Sealed | None = getattr(model_instance, self.attname)
        if value is None:
            return None
        if add and isinstance(value.stored_value(), Ciphertext):
            # A value copied to a row with another primary key cannot be decrypted, so `reveal` raises an error.
            value.reveal()
        sealed = value.ciphertext()
        setattr(model_instance, self.attname, sealed)
        return sealed

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        if isinstance(value, Sealed):
            value = value.ciphertext()
        if not isinstance(value, Ciphertext):
            raise TypeError(f"{self.name} is encrypted for each row: assign it and save the row; update() cannot.")
        return bytes(value)

    def value_to_string(self, obj: models.Model) -> NoReturn:
        raise TypeError(
            f"{self.name} is encrypted and cannot be dumped to a fixture: back up with pg_dump and the key file."
        )

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.name} is encrypted: the database cannot compare it, except by {self.name}__isnull."
            )
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> type[models.Transform] | None:
        return None
