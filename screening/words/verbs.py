"""Conjugates French verbs far enough to recognise the forms that occur in notes, without accents."""

from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "verbs.txt"


@cache
def table() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, str]]:
    """Read verbs.txt. Returns three mappings.

    The first has the endings of each verb group, the second the forms of each irregular verb. The third maps a verb to
    the irregular verb that it is conjugated like.
    """
    endings, families, models = {}, {}, dict[str, str]()
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            endings[line[1:3]] = tuple(ending.strip("-") for ending in line[4:].split())
        elif " = " in line:
            model, _, verbs = line.partition(" = ")
            models.update(dict.fromkeys(verbs.split(), model))
        elif not line.startswith("#"):
            verb, _, written = line.partition(": ")
            families[verb] = tuple(written.split())
    return endings, families, models


def alike(verb: str, model: str, model_forms: tuple[str, ...]) -> frozenset[str]:
    """Return the forms of `verb`, which is conjugated like the irregular verb `model`.

    For "apprendre", these are the forms of "prendre" with "ap" in front.
    """
    shared = 0
    while shared < min(len(verb), len(model)) and verb[-1 - shared] == model[-1 - shared]:
        shared += 1
    old, new = model[: len(model) - shared], verb[: len(verb) - shared]
    return frozenset(new + form[len(old) :] for form in model_forms if form.startswith(old))


def first_group(verb: str, endings: tuple[str, ...]) -> frozenset[str]:
    stem = verb[:-2]
    forms = {stem + ending for ending in endings}
    if stem.endswith("g"):
        forms |= {stem + "e" + ending for ending in ("ait", "ais", "aient", "ant", "ons", "a")}
    if stem.endswith("y"):
        forms |= {stem[:-1] + "i" + ending for ending in ("e", "es", "ent", "era", "erait", "eront")}
    if stem[-1] in "lt":
        forms |= {stem + stem[-1] + ending for ending in ("e", "es", "ent", "era", "erait")}
    return frozenset(forms)


def forms(verb: str) -> frozenset[str]:
    """Return all forms of a verb. The verb and the returned forms have no accents."""
    endings, families, models = table()
    if verb in families:
        return frozenset(families[verb])
    if verb in models:
        return alike(verb, models[verb], families[models[verb]])
    if verb.endswith("er"):
        return first_group(verb, endings["er"])
    return frozenset(verb[:-2] + ending for ending in endings["ir" if verb.endswith("ir") else "re"])
