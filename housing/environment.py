"""Reads settings from the environment. A wrong value raises ImproperlyConfigured with a message that names the
variable."""

import os
import re
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import DomainNameValidator
from pyrage import RecipientError, x25519

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def env_flag(name: str, default: bool = False) -> bool:
    """Read an environment variable that must be "1" (True) or "0" (False). Return the default if the variable is not
    set."""
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


def env_domains(name: str) -> list[str]:
    """Read domain names from an environment variable, in lowercase. Raise ImproperlyConfigured for any other value."""
    domains = [item.lower() for item in env_list(name, "")]
    for domain in domains:
        try:
            DomainNameValidator(accept_idna=False)(domain)
        except ValidationError as error:
            raise ImproperlyConfigured(
                f"{name} contains {domain!r}: write domain names such as trois-rives.example."
            ) from error
    return domains


def env_contact(name: str) -> str:
    """Read a contact, such as an e-mail address, from an environment variable. Return the contact as a URI (mailto:,
    tel: or https:), or an empty string if the variable is not set."""
    value = os.environ.get(name, "").strip()
    if re.fullmatch(r"[!-~]+@[!-~]+", value):
        return value if value.startswith("mailto:") else f"mailto:{value}"
    if value and not re.fullmatch(r"(https://|tel:)[!-~]+", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: write an e-mail address, or an address that begins with https:// or tel:."
        )
    return value


def env_recipient(name: str) -> str:
    """Read the public age key of whoever may decrypt a file. Return an empty string if the variable is not set."""
    value = os.environ.get(name, "").strip()
    try:
        return str(x25519.Recipient.from_str(value)) if value else ""
    except RecipientError:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a public age key (age1…).") from None


def env_secret(name: str) -> str:
    """Read a password, a key, or a URL with a password from the environment.

    The secret is the value of the variable `name`, or the content of the file that the variable `{name}_FILE` names.
    Return an empty string if neither variable is set.
    """
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
