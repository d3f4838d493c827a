"""The pages in docs/reference are up to date with the code."""

from django.core.management import get_commands

from access.permissions import Permission
from access.roles import ROLES
from audit.events import KINDS
from housing.documentation import REFERENCE, read_files, render_reference
from tests.architecture.source import APPS


def test_reference_pages_are_those_of_the_code():
    written, rendered = read_files(REFERENCE), render_reference()
    assert written.keys() == rendered.keys()
    assert [name for name in rendered if written[name] != rendered[name]] == [], "./dev docs"


def test_reference_pages_name_every_entry():
    pages = read_files(REFERENCE)
    commands = {name for name, app in get_commands().items() if app in APPS}
    entries = {
        "commands.md": commands,
        "roles.md": set(ROLES),
        "permissions.md": {permission.value for permission in Permission},
        "events.md": set(KINDS),
    }
    for page, codes in entries.items():
        assert len(codes) > 8
        assert [code for code in sorted(codes) if f"| `{code}` |" not in pages[page]] == [], page
