"""The tables of the sealed log. The modules of `audit.sealed` write the rows with SQL, never through these models.

Leaves (entries of the log), subtrees, checkpoints (signed states of the log), cosignatures and public keys are
append-only. The keys of pseudonyms and of salts can be deleted.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_FOR_EVER = ("seal", "without_end")


class Reader(models.QuerySet):
    def visible_to(self, person: object, compartment: str) -> "Reader":
        """Return the queryset unfiltered, because no row names anybody. Grants in the database decide which database
        roles may read the table."""
        return self.all()

    def witnessed(self, witness: object) -> "Reader":
        return self


class Leaf(models.Model):
    privacy = {"number": "plain", "event": "plain", "at": "plain", "entry": "plain", "hash": "plain"}
    data_policy = _FOR_EVER

    number = models.BigIntegerField(primary_key=True)
    event = models.UUIDField()
    at = models.DateTimeField()
    entry = models.BinaryField()
    hash = models.BinaryField()

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_leaf"
        # The primary key of audit events is (id, at), so two events may have the same id, but each has its own leaf.
        # The time comes first, so that new leaves are added at the end of the index. This costs the sealer less.
        constraints = [
            models.UniqueConstraint(
                fields=("at", "event"),
                name="audit_leaf_event_key",
                violation_error_message=_("Cet événement a déjà sa feuille."),
            )
        ]

    def __str__(self) -> str:
        return f"leaf {self.number}"


class Subtree(models.Model):
    privacy = {"level": "plain", "number": "plain", "hash": "plain"}
    data_policy = _FOR_EVER

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
    data_policy = _FOR_EVER

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
    data_policy = _FOR_EVER

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
    """Public keys for verifying the signatures of the sealed log. The private keys are in a file that only the sealing
    process (`manage.py seal`) can read."""

    privacy = {"id": "plain", "name": "plain", "public": "plain", "since": "plain"}
    data_policy = _FOR_EVER

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
    """The secret key from which a person's or account's pseudonym in the sealed log is computed. Once this row is
    deleted, the pseudonym cannot be linked to anybody."""

    privacy = {"whose": "personal", "key": "personal", "made": "plain"}
    data_policy = ("seal", "pseudonym")

    whose = models.UUIDField(primary_key=True)
    key = models.BinaryField()
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "audit_pseudonym"

    def __str__(self) -> str:
        return "pseudonym"


class Erasure(models.Model):
    """A record of the destruction of a pseudonym's key. `digest` is a hash of the id of the person or account that had
    this pseudonym."""

    privacy = {"digest": "plain", "at": "plain"}
    data_policy = _FOR_EVER

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    objects = Reader.as_manager()

    class Meta:
        db_table = "audit_erasure"

    def __str__(self) -> str:
        return "erasure"


class Salt(models.Model):
    """The key from which the salts of one month's audit events are derived. When the retention period of the month
    ends, the key is deleted together with these events."""

    privacy = {"month": "plain", "key": "personal"}
    data_policy = ("trace", "trace_year")

    month = models.DateField(primary_key=True)
    key = models.BinaryField()

    class Meta:
        db_table = "audit_salt"

    def __str__(self) -> str:
        return f"salt {self.month}"
