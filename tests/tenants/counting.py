"""Provides violations of the database's rules on word inspections, for test_constraints.py.

In a word inspection, the DPO requests to read the texts that contain a word. The words count towards a daily limit.
"""

from collections.abc import Callable
from hashlib import sha256

from tests.builders import run, write_note

Break = Callable[..., object]


def inspect(word: str, *, taken: bool = True) -> Break:
    """Return a function that inserts the DPO's request to read the texts that contain `word`.

    If `taken`, the function first counts the word towards the DPO's daily limit, as the application does.
    """

    def act(landlord):
        ines, digest = str(landlord.person("ines").pk), sha256(b"key" + word.encode()).digest()
        if taken:
            run("SELECT oversight_reserve_words(%s, %s)", ines, [digest])
        sql = "SELECT set_config('loge.person', %s, false); SELECT oversight_ask_inspection(%s, %s)"
        run(sql, ines, [word], b"key")

    return act


def inspect_many_lines(landlord) -> None:
    """Request to read the 205 notes that contain the word "rappelle". The database must refuse more than 200 notes."""
    for name in ("Calme-Tour basse", "Calme-Tour haute", "Calme-Quai 9", "Dette-Tour basse", "Dette-Tour haute"):
        for _number in range(41):
            write_note(landlord.account(name), "Rappelle le 5.", written=-1)
    inspect("rappelle")(landlord)


def take_words(*counts: int) -> Break:
    """Return a function that counts words towards the DPO's daily limit.

    `take_words(20, 1)` counts 20 words, then one.
    """

    def act(landlord):
        for number, count in enumerate(counts):
            digests = [sha256(f"{number} {word}".encode()).digest() for word in range(count)]
            run("SELECT oversight_reserve_words(%s, %s)", str(landlord.person("ines").pk), digests)

    return act


def take_twice(landlord) -> None:
    """Count one word twice for the same person and day, which the database must refuse."""
    take_words(1)(landlord)
    run(
        "INSERT INTO oversight_countedword (id, person_id, day, digest)"
        " SELECT gen_random_uuid(), person_id, day, digest FROM oversight_countedword"
    )
