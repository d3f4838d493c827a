"""Encrypts all stored values again with the current key, in batches, after a key rotation.

Each encrypted value contains the id of its key, so an interrupted run can simply be started again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Substr

from privacy.encryption import keys
from privacy.encryption.fields import Ciphertext, EncryptedField
from privacy.encryption.values import Unreadable, open_, seal, sealed_by

BATCH = 500


@dataclass
class Progress:
    """How far the re-encryption of one field has come. `unreadable` lists the ids of rows whose value could not be
    decrypted. These values are left unchanged."""

    column: str
    resealed: int = 0
    unreadable: list[str] = field(default_factory=list)


def sealed_fields(installed: Iterable[type[models.Model]]) -> Iterator[EncryptedField]:
    for model in installed:
        if model._meta.managed and not model._meta.proxy:
            yield from (field for field in model._meta.local_fields if isinstance(field, EncryptedField))


def reseal(sealed: EncryptedField, *, using: str, batch: int = BATCH) -> Iterator[Progress]:
    """Encrypt all values of a field again with the current key. Yields the progress after each committed batch.

    `using` is the alias of a database login. This login must be able to read every row; otherwise row-level security
    hides rows, which then keep their old encryption.
    """
    progress = Progress(column=".".join(sealed.place))
    last: Any = None
    while rows := reseal_batch(last, sealed, using, batch, progress):
        last = rows[-1]
        yield progress


def reseal_batch(last: Any, sealed: EncryptedField, using: str, batch: int, progress: Progress) -> list[Any]:
    """Encrypt the next batch of rows again with the current key, and return their primary keys. `last` is the primary
    key where the previous batch ended.

    The rows are locked. If a second run works at the same time, it waits for the lock and then finds these rows done.
    """
    with transaction.atomic(using=using):
        prefix = sealed_by(keys.current())
        start = Substr(sealed.attname, 1, len(prefix), output_field=models.BinaryField())
        values = sealed.model._base_manager.using(using).filter(**{f"{sealed.attname}__isnull": False})
        waiting = values.annotate(sealed_by=start).exclude(sealed_by=prefix)
        if last is not None:
            waiting = waiting.filter(pk__gt=last)
        rows = list(waiting.order_by("pk").select_for_update().values_list("pk", sealed.attname)[:batch])
        for key, ciphertext in rows:
            again = resealed(sealed, key, ciphertext)
            if again is None:
                progress.unreadable.append(str(key))
            else:
                sealed.model._base_manager.using(using).filter(pk=key).update(**{sealed.attname: again})
                progress.resealed += 1
    return [key for key, _ciphertext in rows]


def resealed(sealed: EncryptedField, key: Any, ciphertext: bytes) -> Ciphertext | None:
    """Return the value encrypted with the current key. Return None if the stored value cannot be decrypted."""
    table, column = sealed.place
    try:
        text = open_(ciphertext, table=table, column=column, row=str(key))
    except Unreadable:
        return None
    return Ciphertext(seal(text, table=table, column=column, row=str(key)))
