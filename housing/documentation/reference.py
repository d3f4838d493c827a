"""Renders the reference pages in docs/reference from the code: commands, roles, permissions, audit events, settings,
errors."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.utils import translation

from access.api.problems import KINDS as PROBLEMS
from access.constraints import declared
from access.grants.wording import COMPARTMENTS, PERMISSIONS
from access.permissions import BY_PEOPLE_ALONE, FOR_EVERYONE, Permission
from access.roles import ROLES, Role
from audit.events import KINDS
from housing.documentation.text import WRITTEN, code, markdown_table
from housing.documentation.variables import VARIABLES, Variable

# Arguments that every Django command has, such as --verbosity. docs/reference/commands.md leaves them out.
COMMON = frozenset(["help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color"])


def commands() -> str:
    own = {name: str(app) for name, app in sorted(get_commands().items()) if app in settings.OWN_APPS}
    loaded = {name: load_command_class(app, name) for name, app in own.items()}
    rows = ((code(name), own[name], command.help, arguments(command)) for name, command in loaded.items())
    return markdown_table(("command", "app", "what it does", "arguments"), rows)


def arguments(command: Any) -> str:
    usages = []
    for action in command.create_parser("manage.py", "")._actions:
        if action.dest not in COMMON and action.dest != "skip_checks":
            name = action.option_strings[-1] if action.option_strings else action.dest
            value = f" {action.metavar or action.dest.upper()}" if action.option_strings and action.nargs != 0 else ""
            usages.append(f"`{name}{value}` {action.help or ''}".strip())
    return ", ".join(usages)


def roles() -> str:
    rows = (
        (code(role.code), str(role.name), str(role.sentence), limits(role), codes(role.permissions))
        for role in ROLES.values()
    )
    everyone = f"\nEverybody who is signed in also has {codes(FOR_EVERYONE)}.\n"
    return markdown_table(("role", "name", "what it does", "limits", "permissions"), rows) + everyone


def limits(role: Role) -> str:
    texts = {
        "whole organisation only": role.whole,
        "at hours": role.hours,
        f"{role.days} days at a time": role.days,
        f"{role.a_year} days a year": role.a_year,
    }
    return ", ".join(text for text, applies in texts.items() if applies)


def permissions() -> str:
    rows = []
    for permission in Permission:
        holders = code(*(role.code for role in ROLES.values() if permission in role.permissions))
        compartment = f"{code(permission.compartment.value)} {COMPARTMENTS[permission.compartment]}"
        token = "" if permission in BY_PEOPLE_ALONE else "yes"
        who = "everybody" if permission in FOR_EVERYONE else holders
        rows.append((code(permission.value), str(PERMISSIONS.get(permission, "")), compartment, who, token))
    return markdown_table(("permission", "allows to", "compartment", "roles", "may be in a token"), rows)


def events() -> str:
    rows = []
    for kind in KINDS.values():
        facts = ", ".join(f"`{name}` ({of.__name__.lower()})" for name, of in kind.facts.items())
        rows.append((code(kind.code), str(kind.sentence), facts, "view" if kind.look else "change"))
    return markdown_table(("event", "sentence", "facts", "kind"), rows)


def variables() -> str:
    rows = ((names(variable), variable.default, variable.meaning) for variable in VARIABLES)
    files = (
        "\nA variable whose name ends with `_FILE` names a file with the value. Only its owner may read it, and the "
        "other variable must then be absent.\n"
    )
    return markdown_table(("variable", "default", "meaning"), rows) + files


def names(variable: Variable) -> str:
    return code(variable.name) + (f" or {code(variable.name + '_FILE')}" if variable.secret else "")


def errors() -> str:
    problems = ((code(name), str(kind.status), str(kind.title)) for name, kind in PROBLEMS.items())
    constraints = ((code(name), sentence) for name, sentence in sorted(dict(declared()).items()))
    return "\n".join(
        [
            "## Answers of the API\n",
            markdown_table(("code", "status", "title"), problems),
            "## Constraints of the database\n",
            markdown_table(("constraint", "sentence"), constraints),
        ]
    )


def codes(names: Iterable[Permission]) -> str:
    return code(*sorted(permission.value for permission in names))


# Maps a file name to the page's title, its introduction, and the function that renders its content.
PAGES: dict[str, tuple[str, str, Callable[[], str]]] = {
    "commands.md": ("Commands", "Run `./dev manage NAME`. Their help is in French.", commands),
    "roles.md": ("Roles", "The list is `access/roles.py`; the database enforces it.", roles),
    "permissions.md": ("Permissions", "A page runs as the database role of its compartment.", permissions),
    "events.md": ("Events", "What the audit log records. The list is `audit/events.py`.", events),
    "settings.md": ("Settings", "The list is `housing/documentation/variables.py`.", variables),
    "errors.md": ("Errors", "What is refused, by its code, and the sentence people read.", errors),
}


def render_reference() -> dict[str, str]:
    """Return the files of docs/reference: file name -> text. The pages are in English, except for texts that exist only
    in French."""
    with translation.override("en"):
        return {
            path: f"# {title}\n\n{WRITTEN}, from the code. {introduction}\n\n{content()}"
            for path, (title, introduction, content) in PAGES.items()
        }
