"""The parts of allauth that it keeps internal and that Loge uses, imported here only.

They may change in any release of allauth: after an upgrade, compare this list with its source and run `tests/access`.
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
