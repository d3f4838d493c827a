"""Ways to break the rules on counting words and on word inspections, for test_constraints.py.

Each runs as the database owner, who is bound by these rules too.
"""

from collections.abc import Callable
from hashlib import sha256

from tests.builders import run, write_note

Break = Callable[..., object]


def inspect(word: str, *, taken: bool = True) -> Break:
    """Request to read the texts that contain `word`.

    With `taken`, first count the word towards the daily limit, as the application does.
    """

    def act(landlord):
        ines, digest = str(landlord.person("ines").pk), sha256(b"key" + word.encode()).digest()
        if taken:
            run("SELECT oversight_take_words(%s, %s)", ines, [digest])
        sql = "SELECT set_config('loge.person', %s, false); SELECT oversight_ask_inspection(%s, %s)"
        run(sql, ines, [word], b"key")

    return act


def inspect_many_lines(landlord) -> None:
    """Write 205 notes with one word about five households, none of them discreet, and request to read the notes."""
    for name in ("Calme-Tour basse", "Calme-Tour haute", "Calme-Quai 9", "Dette-Tour basse", "Dette-Tour haute"):
        for _number in range(41):
            write_note(landlord.account(name), "Rappelle le 5.", written=-1)
    inspect("rappelle")(landlord)


def take_words(*counts: int) -> Break:
    """Count these numbers of words on one day, with one call for each number."""

    def act(landlord):
        for number, count in enumerate(counts):
            digests = [sha256(f"{number} {word}".encode()).digest() for word in range(count)]
            run("SELECT oversight_take_words(%s, %s)", str(landlord.person("ines").pk), digests)

    return act


def take_twice(landlord) -> None:
    """Insert a second time a word that was already counted."""
    take_words(1)(landlord)
    run(
        "INSERT INTO oversight_countedword (id, person_id, day, digest)"
        " SELECT gen_random_uuid(), person_id, day, digest FROM oversight_countedword"
    )
