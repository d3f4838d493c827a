"""The tests in tests/noninterference try every query parameter that a view function reads.

Those tests show that residents whom a person may not see change no response to this person. A query parameter that the
tests do not try could still disclose such residents.
"""

import ast

from access.api.openapi import api_doors
from access.compartments import PLACED
from tests.architecture.source import files, walk
from tests.noninterference.harness import API_QUERIES, QUERIES


def parameters_read() -> set[str]:
    """Return the names of the query parameters that the code reads, from calls like `request.GET.get("name")`."""
    names: set[str] = set()
    for tree in files().values():
        for node in walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("GET.get") and node.args:
                first = node.args[0]
                names |= {str(first.value)} if isinstance(first, ast.Constant) else set()
    return names


def test_every_query_parameter_is_tried():
    tried = {pair.partition("=")[0] for query in QUERIES for pair in query.removeprefix("?").split("&")}
    parameters = parameters_read()
    assert len(parameters) >= 8
    assert parameters - tried == set()


def test_views_treat_head_like_get():
    """No view function answers HEAD in another way than GET. So the tests in tests/noninterference, which send only GET
    requests, are valid for HEAD too."""
    comparisons = [
        (path, node)
        for path, tree in files().items()
        # In housing/, the middleware may treat HEAD and GET differently, because it does so on all pages alike.
        if not path.startswith("housing/")
        for node in walk(tree)
        if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(".method")
    ]
    distinguishing = [(path, ast.unparse(node)) for path, node in comparisons if not _alike(node.comparators[0])]
    assert len(comparisons) > 30 and distinguishing == []


def _alike(to: ast.expr) -> bool:
    """Whether a comparison of `request.method` with the expression `to` has the same result for GET and HEAD."""
    match to:
        case ast.Constant(value=word):
            return word not in ("GET", "HEAD")
        case ast.Tuple() | ast.List() | ast.Set():
            words = {constant.value for constant in to.elts if isinstance(constant, ast.Constant)}
            return ("GET" in words) == ("HEAD" in words)
    return ast.unparse(to) in ("SAFE", "spec.methods")


def test_every_filter_and_order_of_the_api_is_tried():
    """The tests in tests/noninterference try every filter and every order of the API endpoints about residents.

    The filter `building` is not in API_QUERIES, because the tests themselves add this filter, with ids of existing
    buildings.
    """
    tried = {pair.partition("=")[0] for query in API_QUERIES for pair in query.removeprefix("?").split("&")}
    placed = [door for _path, _pattern, door in api_doors() if door.permission.compartment in PLACED]
    parameters = {name for door in placed if door.api and door.api.query for name in door.api.query().fields}
    assert len(parameters) >= 7
    assert parameters - tried == {"building"}
    orders = {order for door in placed if door.api and door.api.paged for order in door.api.query.orders}
    assert {order for order in orders if not any(f"{order}" in query for query in API_QUERIES)} == set()
