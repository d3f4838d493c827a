"""Checks that the clicks, keys or taps counted in a browser test are those that docs/task-times.md states."""

from django.conf import settings

TABLE = settings.BASE_DIR / "docs" / "task-times.md"


def documented() -> dict[str, tuple[int, int, str]]:
    """Return the documented number, the limit and the name of the test file of each task."""
    rows = [line.strip("| ").split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return {row[0]: (int(row[3]), int(row[4]), row[5].strip("`")) for row in rows if len(row) == 6 and row[3].isdigit()}


def assert_documented(task: str, counted: int) -> None:
    number, limit, _file = documented()[task]
    assert counted == number <= limit, task
