"""What a view reads from an address is among what the two worlds are compared with."""

import ast

from access.compartments import PLACED
from access.description import api_doors
from tests.architecture.source import files
from tests.two_worlds.harness import API_QUERIES, QUERIES


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


def test_a_view_answers_head_as_get():
    """The two worlds are not asked HEAD beside GET: views ask of a method whether it is POST."""
    asked = [
        (path, node)
        for path, tree in files().items()
        if not path.startswith("housing/")  # of every answer, whatever the view
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(".method")
    ]
    telling = [(path, ast.unparse(node)) for path, node in asked if not _alike(node.comparators[0])]
    assert len(asked) > 30 and telling == []


def _alike(to: ast.expr) -> bool:
    """POST, a list with both or neither of GET and HEAD, or one of those that have a name."""
    match to:
        case ast.Constant(value=word):
            return word not in ("GET", "HEAD")
        case ast.Tuple() | ast.List() | ast.Set():
            words = {one.value for one in to.elts if isinstance(one, ast.Constant)}
            return ("GET" in words) == ("HEAD" in words)
    return ast.unparse(to) in ("SAFE", "spec.methods")


def test_every_filter_and_order_of_the_api_is_tried():
    """The filter by building is made of the world's own ids; a door that nobody lives behind needs no comparison."""
    tried = {pair.partition("=")[0] for query in API_QUERIES for pair in query.removeprefix("?").split("&")}
    placed = [door for _path, _pattern, door in api_doors() if door.permission.compartment in PLACED]
    read = {name for door in placed if door.api and door.api.query for name in door.api.query().fields}
    assert len(read) >= 7
    assert read - tried == {"building"}
    orders = {order for door in placed if door.api and door.api.paged for order in door.api.query.orders}
    assert {order for order in orders if not any(f"{order}" in query for query in API_QUERIES)} == set()
