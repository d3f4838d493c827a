"""Imports the internal parts of allauth that Loge uses. No other module of Loge imports internal parts of allauth.

Any release of allauth may change its internal parts. After an upgrade, compare these imports with allauth's source and
run `tests/access`.
"""

from allauth.account.internal.flows.login import get_authentication_records, perform_login, record_authentication
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn.internal.auth import (
    begin_authentication,
    parse_authentication_response,
    parse_registration_response,
)
from allauth.socialaccount.internal import statekit

__all__ = [
    "LOGIN_SESSION_KEY",
    "begin_authentication",
    "get_authentication_records",
    "parse_authentication_response",
    "parse_registration_response",
    "perform_login",
    "ratelimit",
    "record_authentication",
    "statekit",
]
