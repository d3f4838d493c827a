"""Rate limits use the peer's address or, behind a proxy, the last address in X-Forwarded-For that is no proxy."""

from typing import Any

import pytest
from django.test import RequestFactory

from access.signin.adapter import NOWHERE_IN_PARTICULAR, StaffOnly

BROWSER, FORGED, PROXY, OUTER = "198.51.100.7", "203.0.113.9", "192.0.2.1", "192.0.2.2"
SOCKET = ""  # For a connection over a UNIX socket, Django reports an empty peer address (REMOTE_ADDR).


def client_address(peer: str, forwarded: str | None, **more: Any) -> str:
    headers: dict[str, Any] = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, **headers, **more)
    return StaffOnly(request).get_client_ip(request)


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        pytest.param([], BROWSER, None, BROWSER, id="none"),
        pytest.param([], BROWSER, FORGED, BROWSER, id="none, forged"),
        pytest.param([PROXY], BROWSER, FORGED, BROWSER, id="past the proxy, forged"),
        pytest.param([PROXY], PROXY, BROWSER, BROWSER, id="one"),
        pytest.param([PROXY], PROXY, f"{FORGED}, {BROWSER}", BROWSER, id="one, forged"),
        pytest.param([PROXY], PROXY, f"{FORGED},{PROXY},{BROWSER}", BROWSER, id="one, forged with its own name"),
        pytest.param([PROXY], PROXY, f"{BROWSER}, {OUTER}", OUTER, id="two, of which one is not ours"),
        pytest.param([PROXY, OUTER], PROXY, f"{BROWSER}, {OUTER}", BROWSER, id="two"),
        pytest.param([PROXY, OUTER], PROXY, f"{FORGED}, {BROWSER}, {OUTER}", BROWSER, id="two, forged"),
        pytest.param([PROXY, OUTER], PROXY, f"{FORGED}, {OUTER}, {BROWSER}, {OUTER}", BROWSER, id="two, forged twice"),
        pytest.param([PROXY, OUTER], PROXY, OUTER, OUTER, id="the outer proxy itself"),
        pytest.param([PROXY], SOCKET, f"{FORGED}, {BROWSER}", BROWSER, id="a socket"),
        pytest.param([PROXY], SOCKET, f"{FORGED}, {BROWSER}, {PROXY}", BROWSER, id="a socket behind one"),
        pytest.param([PROXY], PROXY, f"{FORGED}, ", PROXY, id="an empty end"),
        pytest.param([PROXY], PROXY, None, PROXY, id="a proxy that says nothing"),
        pytest.param([PROXY], PROXY, f"{FORGED}, unknown", NOWHERE_IN_PARTICULAR, id="no address"),
        pytest.param([PROXY], SOCKET, None, NOWHERE_IN_PARTICULAR, id="a socket that says nothing"),
    ],
)
def test_the_last_address_that_is_not_a_proxy_is_used(settings, proxies, peer, forwarded, address):
    settings.PROXIES = proxies
    assert client_address(peer, forwarded) == address


@pytest.mark.parametrize("header", ["HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_CLIENT_IP", "HTTP_X_CLIENT_IP"])
def test_other_headers_are_ignored(settings, header):
    settings.PROXIES = [PROXY]
    assert client_address(PROXY, BROWSER, **{header: FORGED}) == BROWSER
    assert client_address(BROWSER, None, **{header: FORGED}) == BROWSER
