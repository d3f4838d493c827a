"""What a view reads from an address is among what the two worlds are compared with."""

import ast

from tests.laws.source import files
from tests.two_worlds.harness import QUERIES


def words_read() -> set[str]:
    """Names taken by `request.GET.get("word", …)`."""
    found: set[str] = set()
    for tree in files().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("GET.get") and node.args:
                first = node.args[0]
                found |= {str(first.value)} if isinstance(first, ast.Constant) else set()
    return found


def test_every_word_of_an_address_is_tried():
    tried = {pair.partition("=")[0] for query in QUERIES for pair in query.removeprefix("?").split("&")}
    read = words_read()
    assert len(read) >= 8
    assert read - tried == set()
