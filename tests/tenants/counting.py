"""Words counted, and lines asked for, past each of their rules: by the owner, who is held to them as well."""

from collections.abc import Callable
from hashlib import sha256

from tests.builders import run, write_note

Break = Callable[..., object]


def inspect(word: str, *, taken: bool = True) -> Break:
    """`taken`: counted against the day first, as the program does."""

    def act(house):
        ines, digest = str(house.person("ines").pk), sha256(b"key" + word.encode()).digest()
        if taken:
            run("SELECT tenants_take_words(%s, %s)", ines, [digest])
        asked = "SELECT set_config('loge.person', %s, false); SELECT tenants_ask_inspection(%s, %s)"
        run(asked, ines, [word], b"key")

    return act


def inspect_many_lines(house) -> None:
    """205 notes about five households, none of them discreet."""
    for name in ("Calme-Tour basse", "Calme-Tour haute", "Calme-Quai 9", "Dette-Tour basse", "Dette-Tour haute"):
        for _number in range(41):
            write_note(house.account(name), "Rappelle le 5.", written=-1)
    inspect("rappelle")(house)


def take_words(*counts: int) -> Break:
    """So many words of one day, in as many questions."""

    def act(house):
        for number, count in enumerate(counts):
            digests = [sha256(f"{number} {one}".encode()).digest() for one in range(count)]
            run("SELECT tenants_take_words(%s, %s)", str(house.person("ines").pk), digests)

    return act


def take_twice(house) -> None:
    take_words(1)(house)
    run(
        "INSERT INTO tenants_countedword (id, person_id, day, digest)"
        " SELECT gen_random_uuid(), person_id, day, digest FROM tenants_countedword"
    )
