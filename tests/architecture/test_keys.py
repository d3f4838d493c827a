"""docs/operations/keys.md lists exactly the purposes for which the code signs or encrypts data."""

import ast
import re
from collections.abc import Iterator

from django.apps import apps

from housing.documentation.variables import VARIABLES
from privacy.encryption.fields import EncryptedField
from tests.architecture.source import ROOT, files, walk

INVENTORY = (ROOT / "docs" / "operations" / "keys.md").read_text(encoding="utf-8")
NAMES = set(re.findall(r"^\| `([a-z_]+\.\w+)` \|", INVENTORY, re.M))


SIGNING = ("signing.dumps", "signing.loads", "signing.Signer", "signing.TimestampSigner")


def signing_salts() -> set[str]:
    """Return the salts that the code passes to django.core.signing, even through a named constant. Each salt is a
    purpose of signing, and docs/operations/keys.md must list it."""
    salts = set()
    for tree in files().values():
        constants = dict(named_constants(tree))
        for node in walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in SIGNING:
                arguments = [word.value for word in node.keywords if word.arg == "salt"]
                salts |= {constants.get(getattr(salt, "id", ""), getattr(salt, "value", None)) for salt in arguments}
    return {str(salt) for salt in salts}


def named_constants(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Yield (name, value) of the constants that a module defines, like `A = "x"` or `A, B = "x", 3`."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names, values = (getattr(part, "elts", [part]) for part in (node.targets[0], node.value))
            for name, value in zip(names, values, strict=False):
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                    yield name.id, value.value


def encrypted_columns() -> set[str]:
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        if not model.__module__.startswith("tests.")
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
    }


def test_the_page_lists_exactly_the_purposes_of_the_code():
    assert signing_salts() and encrypted_columns()
    assert sorted(NAMES ^ (signing_salts() | encrypted_columns())) == []


def test_every_signature_has_a_salt():
    nameless = [
        f"{name}:{node.lineno}"
        for name, tree in files().items()
        for node in walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("signing.")
        and node.func.attr in ("dumps", "loads")
        and not any(word.arg == "salt" for word in node.keywords)
    ]
    assert nameless == []


def test_every_secret_file_is_listed():
    secrets = {
        "LOGE_KEYS",
        "LOGE_SEAL_KEYS",
        *(f"{v.name}_FILE" for v in VARIABLES if v.secret and not v.name.endswith("_URL")),
    }
    assert len(secrets) == 6
    assert [name for name in sorted(secrets) if f"`{name}`" not in INVENTORY] == []
