"""The sealed log's tables: leaves, subtrees, checkpoints, cosignatures and public keys, only ever added to; and what
can be forgotten beside them. Written by `audit.sealed.sealing`, never through these models."""

from django.db import models
from django.utils import timezone

_FOR_EVER = ("seal", "without_end")


class Reader(models.QuerySet):
    def visible_to(self, person: object, compartment: str) -> "Reader":
        """No row speaks of anybody who could be named from it; the grants say who reads the table."""
        return self.all()

    def witnessed(self, witness: object) -> "Reader":
        return self


class Leaf(models.Model):
    privacy = {"number": "plain", "event": "plain", "at": "plain", "entry": "plain", "hash": "plain"}
    held = _FOR_EVER

    number = models.BigIntegerField(primary_key=True)
    event = models.UUIDField(unique=True)
    at = models.DateTimeField()
    entry = models.BinaryField()
    hash = models.BinaryField()

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_leaf"

    def __str__(self) -> str:
        return f"leaf {self.number}"


class Subtree(models.Model):
    privacy = {"level": "plain", "number": "plain", "hash": "plain"}
    held = _FOR_EVER

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_subtree"

    def __str__(self) -> str:
        return f"subtree {self.level} {self.number}"


class Checkpoint(models.Model):
    privacy = {"size": "plain", "at": "plain", "note": "plain"}
    held = _FOR_EVER

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    note = models.BinaryField()

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_checkpoint"

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Cosignature(models.Model):
    privacy = {"size": "plain", "witness": "plain", "at": "plain", "line": "plain"}
    held = _FOR_EVER

    pk = models.CompositePrimaryKey("size", "witness")
    size = models.BigIntegerField()
    witness = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    line = models.BinaryField()

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_cosignature"

    def __str__(self) -> str:
        return f"cosignature {self.size}"


class SealKey(models.Model):
    """Public halves. The others are in a file that the sealer alone reads."""

    privacy = {"id": "plain", "name": "plain", "public": "plain", "since": "plain"}
    held = _FOR_EVER

    id = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=120)
    public = models.BinaryField(unique=True)
    since = models.DateTimeField(default=timezone.now)

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_sealkey"

    def __str__(self) -> str:
        return "key of the log"


class Pseudonym(models.Model):
    """Whose a pseudonym is. When the key is gone, nobody's."""

    privacy = {"whose": "personal", "key": "personal", "made": "plain"}
    held = ("seal", "pseudonym")

    whose = models.UUIDField(primary_key=True)
    key = models.BinaryField()
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "audit_pseudonym"

    def __str__(self) -> str:
        return "pseudonym"


class Erasure(models.Model):
    """A pseudonym that is nobody's any more, by a digest."""

    privacy = {"digest": "plain", "at": "plain"}
    held = _FOR_EVER

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_erasure"

    def __str__(self) -> str:
        return "erasure"


class Salt(models.Model):
    """From a month's key come the salts of its events; it goes with them."""

    privacy = {"month": "plain", "key": "personal"}
    held = ("trace", "trace_year")

    month = models.DateField(primary_key=True)
    key = models.BinaryField()

    class Meta:
        db_table = "audit_salt"

    def __str__(self) -> str:
        return f"salt {self.month}"
