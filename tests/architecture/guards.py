"""Guards: functions that take source text and yield offences against the project's limits on names, sizes and imports.

`test_guards.py` fails if any guard finds an offence in the project.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.apps import apps

from tests.architecture import source
from tests.architecture.source import LAYERS, functions, parse, walk

BANNED_NAMES = frozenset(
    ["said", "told", "asked", "found", "kept", "held", "shown", "one", "what", "some", "here", "read", "seen"]
)
README_WORDS = 900
# Highest allowed percentage of functions that are private and used only once: too many make code hard to follow.
PRIVATE_SHARE = 2.5
MODULE_LINES, TEST_MODULE_LINES = 400, 600
# Maps each module that may be longer than MODULE_LINES to its own limit and the decision record with the reason.
LONGER_MODULES = {
    # audit/verify.py is one long file, because evidence packs contain this program without the rest of Loge's code.
    "audit/verify.py": (700, "docs/decisions/0021-evidence-for-strangers.md"),
}
FUNCTION_LINES = 40
ROOT_MODULES = 14

# Maps the path of each file, relative to the project's root, to the text of the file.
Texts = dict[str, str]


@dataclass(frozen=True)
class Offence:
    # `key` says where the code breaks a rule: in a file, a function, an app, or an app together with a SQL name.
    key: str
    # `detail` is the line number and the description of the offence. A failing test shows both.
    detail: str
    weight: int = 1


def banned_names(texts: Texts) -> Iterator[Offence]:
    """Yield names in BANNED_NAMES, which do not say what their value is. A method may be called `read`, because
    file-like objects have such a method."""
    for path, text in texts.items():
        reads = {
            (method.lineno, "read")
            for node in walk(parse(text))
            if isinstance(node, ast.ClassDef)
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.name == "read"
        }
        for line, name in _bound_names(parse(text)):
            if name in BANNED_NAMES and (line, name) not in reads:
                yield Offence(path, f"{line} {name}")


def _bound_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of every variable, attribute, parameter, function and class that a module defines."""
    for node in walk(tree):
        match node:
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(attr=name, ctx=ast.Store())
                | ast.arg(arg=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.alias(asname=str(name))
                | ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                yield node.lineno, name


def readme_words(text: str) -> Iterator[Offence]:
    words = len(text.split())
    if words > README_WORDS:
        yield Offence("README.md", f"{words} words, at most {README_WORDS}", words)


def private_functions(texts: Texts) -> Iterator[Offence]:
    """Yield private functions that are used only once, if they exceed PRIVATE_SHARE percent of all functions."""
    if private_share(texts) <= PRIVATE_SHARE:
        return
    for path, text in texts.items():
        uses = Counter(_references(parse(text)))
        for function in functions(parse(text)):
            if _is_private_helper(function) and uses[function.name] == 1:
                yield Offence(path, f"{function.lineno} {function.name}")


def private_share(texts: Texts) -> float:
    """Return the percentage of all functions that are private and used only once: their names occur only twice in the
    code, in the definition and in one use."""
    every = [function for text in texts.values() for function in functions(parse(text))]
    words = Counter(word for text in texts.values() for word in re.findall(r"\b_\w+", text))
    once = sum(words[name] == 2 for name in {function.name for function in every if _is_private_helper(function)})
    return 100 * once / max(len(every), 1)


def _is_private_helper(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is private to its module or class. A method that overrides a private method of the parent
    class and calls the overridden method does not count as private."""
    overridden = f"super().{function.name}"
    overrides = any(isinstance(node, ast.Attribute) and ast.unparse(node) == overridden for node in walk(function))
    return function.name.startswith("_") and not function.name.startswith("__") and not overrides


def _references(tree: ast.Module) -> Iterator[str]:
    for node in walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name


def views_importing_views(texts: Texts) -> Iterator[Offence]:
    """Yield each import of a module with view functions by another such module. Code that several pages share belongs
    in a module without view functions."""
    for path, text in texts.items():
        if "/views/" in path:
            for line, target in _imported(parse(text)):
                if target.split(".")[0] in LAYERS and "views" in target.split("."):
                    yield Offence(path, f"{line} {target}")


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of everything that a module imports. `from a import b` gives `a.b`."""
    for node in walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)


def long_modules(texts: Texts) -> Iterator[Offence]:
    for path, text in texts.items():
        usual = TEST_MODULE_LINES if path.startswith("tests/") else MODULE_LINES
        lines, (limit, _decision) = len(text.splitlines()), LONGER_MODULES.get(path, (usual, ""))
        if lines > limit:
            yield Offence(path, f"{lines} lines, at most {limit}", lines)


def long_functions(texts: Texts) -> Iterator[Offence]:
    for path, text in texts.items():
        for function in functions(parse(text)):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES:
                yield Offence(f"{path}:{function.name}", f"{lines} lines, at most {FUNCTION_LINES}", lines)


def app_roots(texts: Texts) -> Iterator[Offence]:
    """Yield the apps with more than ROOT_MODULES modules directly in their folder, outside their packages."""
    modules = Counter(path.split("/")[0] for path in texts if path.count("/") == 1)
    for app, number in modules.items():
        if number > ROOT_MODULES:
            yield Offence(app, f"{number} modules, at most {ROOT_MODULES}", number)


def upward_imports(texts: Texts) -> Iterator[Offence]:
    """Yield imports from an app of a higher layer (LAYERS in source.py), by a statement or by a name in a string."""
    for path, text in texts.items():
        for line, target in (*_imported(parse(text)), *_imported_by_string(parse(text))):
            if _is_above(target.split(".")[0], path):
                yield Offence(path, f"{line} {target}")


def _imported_by_string(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of each import by a name in a string, like `apps.get_model("tenants", "Lease")`."""
    for node in walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr=function) | ast.Name(id=function), args=[ast.Constant(value=str(target)), *_]
            ) if function in ("get_model", "get_app_config", "import_module", "import_string"):
                yield node.lineno, target


def upward_sql(texts: Texts, names: set[str]) -> Iterator[Offence]:
    """Yield the names of tables and functions of higher layers that occur in an app's SQL files or Python strings."""
    mentions = {
        (path.split("/")[0], name)
        for path, text in texts.items()
        for string in ([text] if path.endswith(".sql") else _strings(parse(text)))
        for name in names.intersection(re.findall(r"\w+", string))
        if _is_above(name.split("_")[0], path)
    }
    for app, name in sorted(mentions):
        yield Offence(f"{app} {name}", f"{app}/ is below what {name} belongs to")


def _strings(tree: ast.Module) -> Iterator[str]:
    """Yield all strings of a module except docstrings, because any string may contain SQL."""
    docstrings = {id(node.value) for node in walk(tree) if isinstance(node, ast.Expr)}
    for node in walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def _is_above(app: str, path: str) -> bool:
    """Whether `app` is in a higher layer than the app to which the file at `path` belongs."""
    own = path.split("/")[0]
    return app in LAYERS and own in LAYERS and LAYERS.index(app) > LAYERS.index(own)


def sql_names(sql: Texts) -> set[str]:
    """Return the names of all tables, SQL functions and database views of the apps. The guard `upward_sql` searches the
    code for these names."""
    defined = re.compile(r"\b(?:FUNCTION|VIEW|TABLE)\s+(?:IF NOT EXISTS\s+)?(?:public\.)?(\w+)", re.IGNORECASE)
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return tables | {name for text in sql.values() for name in defined.findall(text)}


def _upward_sql() -> Iterator[Offence]:
    sql = source.sql_texts()
    return upward_sql(source.texts() | source.migration_texts() | sql, sql_names(sql))


# Maps the name of a guard to a function that runs the guard on the whole project and yields the offences.
GUARDS: dict[str, Callable[[], Iterator[Offence]]] = {
    "banned_names": lambda: banned_names(source.texts()),
    "readme_words": lambda: readme_words((source.ROOT / "README.md").read_text(encoding="utf-8")),
    "private_functions": lambda: private_functions(source.texts()),
    "views_importing_views": lambda: views_importing_views(source.texts()),
    "long_modules": lambda: long_modules(source.texts() | source.suite_texts()),
    "long_functions": lambda: long_functions(source.texts() | source.suite_texts()),
    "app_roots": lambda: app_roots(source.texts()),
    "upward_imports": lambda: upward_imports(source.texts()),
    "upward_sql": _upward_sql,
}
