"""Refuses requests from other machines to a demonstration, because demonstrations ask for no password."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.http import HttpRequest

from housing.monitoring.access import PASSED_ON

REASON = (
    "LOGE_DEMO=1 laisse entrer sans mot de passe : la démonstration n’écoute que sur sa propre machine"
    " (127.0.0.1 ou ::1), {where}."
)


def is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


def reason_against_listening(names: Iterable[Any]) -> str:
    """Return why a demonstration may not listen on these sockets, or an empty string if listening is allowed. `names`
    are results of `getsockname`.

    Only loopback addresses are allowed. UNIX sockets are refused, because a proxy could forward requests from other
    machines to such a socket.
    """
    for name in names:
        host = name[0] if isinstance(name, tuple) else ""
        if not is_loopback(host):
            return REASON.format(where=f"et non sur {host or 'un socket UNIX'}")
    return ""


def reason_against(request: HttpRequest) -> str:
    """Return why a demonstration refuses this request: the request came from another machine, or through a proxy.
    Return an empty string if the request is accepted."""
    if any(header in request.META for header in PASSED_ON):
        return REASON.format(where="et aucun proxy ne la sert")
    if not is_loopback(request.META.get("REMOTE_ADDR", "")):
        return REASON.format(where="et vous n’y êtes pas")
    return ""
