"""Log messages are constants, so they cannot contain personal data. docs/operations/logs.md lists every logger and
every field of log lines."""

import ast
import re

from housing.logs import FIELDS
from tests.architecture.source import ROOT, files, walk

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def calls() -> list[tuple[str, ast.Call]]:
    return [
        (name, node)
        for name, tree in files().items()
        for node in walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and "log" in ast.unparse(node.func.value).lower()
    ]


def test_every_log_message_is_a_constant():
    assert len(calls()) >= 1
    for name, call in calls():
        assert isinstance(call.args[0], ast.Constant) and "%" not in str(call.args[0].value), f"{name}:{call.lineno}"
        assert len(call.args) == 1, f"{name}:{call.lineno} fills in a message"


def test_nothing_uses_print():
    """No module calls print(), except two programs that run outside Django: print() would bypass the log format.
    Management commands write to `self.stdout` instead."""
    printed = {
        name
        for name, tree in files().items()
        for node in walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printed <= {"housing/database/embedded.py", "audit/verify.py"}


def test_the_page_lists_every_field_and_logger():
    page = (ROOT / "docs" / "operations" / "logs.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.M))
    assert named >= FIELDS.keys()
    loggers = {
        node.args[0].value
        for tree in files().values()
        for node in walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "getLogger" and node.args
    }
    assert loggers and [name for name in loggers if f"`{name}`" not in page] == []
