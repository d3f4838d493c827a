"""Counts how many of the texts typed by users contain a whole word, without disclosing whom the texts concern.

Each column is counted separately. A count is returned only if at least five households have the word, rounded down to a
multiple of five. Discreet households and texts written today are not counted. Each person may count twenty words a day.
The database enforces these limits (oversight/sql/word_counts.sql). This module itself counts the words in encrypted
sentences, which the database cannot read.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import Error, IntegrityError, connection, connections
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from access.constraints import sentence
from access.models import Person
from audit.record import AuditLogUnavailable
from formats.folding import folded
from oversight.text_columns import SEALED_MODELS
from privacy.encryption.fields import Ciphertext

A_DAY = 20
FEWEST_HOUSEHOLDS = 5
ROUNDED_TO = 5


@dataclass(frozen=True)
class WordCount:
    """How many lines of one text column contain a word. `word` is in lower case without accents. `source` names the
    column. `lines` is the number of lines, rounded down to a multiple of five."""

    word: str
    source: str
    lines: int


@sensitive_variables("words")
def count_words(person: Person, words: Sequence[str]) -> list[WordCount]:
    """Count how often each word occurs in each text column.

    Raises ValidationError if the person counts more than twenty words on a day.
    """
    take_words(person, words)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oversight_words_counted(%s, %s)", [list(words), digest_key(person)])
        counts = [WordCount(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT * FROM oversight_sealed_sentences()")
        counts += _counted_in_sealed({folded(word) for word in words}, cursor.fetchall())
    return sorted(counts, key=lambda count: (count.word, count.source))


@sensitive_variables("words", "digests")
def take_words(person: Person, words: Sequence[str]) -> None:
    """Count the words towards the person's daily limit. The count is written on the audit log's database connection, so
    that a rollback cannot undo it. A word that the person counted before on the same day does not count again."""
    key = digest_key(person)
    digests = [sha256(key + folded(word).encode()).digest() for word in words]
    try:
        with connections["trace"].cursor() as cursor:
            cursor.execute("SELECT oversight_reserve_words(%s, %s)", [person.pk, digests])
    except IntegrityError as error:
        raise sentence(error) from error
    except Error as error:
        raise AuditLogUnavailable from error


def digest_key(person: Person) -> bytes:
    """Return the key for digests of the words that a person counted. Only the web process can compute the key, so a
    digest in the database does not disclose the word."""
    return salted_hmac("tenants.word_counts", str(person.pk), algorithm="sha256").digest()


@sensitive_variables("words", "sealed", "rows", "ciphertext", "carried")
def _counted_in_sealed(words: set[str], rows: Iterable[tuple[str, str, int, bytes]]) -> list[WordCount]:
    households: dict[tuple[str, str], list[int]] = defaultdict(list)
    for source, pk, household, ciphertext in rows:
        sealed = SEALED_MODELS[source](pk=pk)
        sealed.sentence = Ciphertext(ciphertext)  # type: ignore[assignment]  # as read from the column
        carried = set(folded(sealed.sentence.reveal()).split())
        for word in words & carried:
            households[word, source].append(household)
    return [
        WordCount(word, source, len(lines) - len(lines) % ROUNDED_TO)
        for (word, source), lines in households.items()
        if len(set(lines)) >= FEWEST_HOUSEHOLDS
    ]
