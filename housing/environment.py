"""Values from the environment. A value that is wrong raises ImproperlyConfigured with a sentence that names it."""

import os
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def env_flag(name: str, default: bool = False) -> bool:
    """A switch: "1", "0" or absent."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")
    return value == "1"


def env_number(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number, at least {least}.")
    return int(value)


def env_list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_secret(name: str) -> str:
    """A password, key or URL with a password: the variable itself, or the content of the file that `{name}_FILE` names.

    Returns an empty string when neither is set."""
    value, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: remove one of them.")
    if not path:
        return value
    try:
        with Path(path).open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            value = file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or "no reason given") if isinstance(error, OSError) else "it is not text"
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {reason}.") from None
    if mode & _OTHERS:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which others than its owner may open: chmod 600 {path}.")
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which is empty.")
    return value
