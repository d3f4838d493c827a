"""Decides which requests may read metrics and the deep health check: requests from listed networks, and requests with
the monitoring token. A user's role never gives access."""

import hmac
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED")


def is_watcher(request: HttpRequest) -> bool:
    if _has_listed_address(request):
        return True
    if not settings.METRICS_TOKEN:
        return False
    given = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())


def _has_listed_address(request: HttpRequest) -> bool:
    """Whether the client's address is in a network of METRICS_ALLOW. Always False for a request that a proxy forwarded,
    because the address is then the proxy's."""
    if any(header in request.META for header in PASSED_ON):
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(peer in ip_network(network) for network in settings.METRICS_ALLOW)
