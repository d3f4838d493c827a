"""Sign-in through the landlord's directory (OpenID Connect), if the landlord has one.

allauth provides the endpoints, the client and the state. This module adds what allauth does not check: the signature of
every token, the nonce that binds a token to this browser, and the issuer configured in the environment.

Only the ID token identifies the person and the sign-in methods. The email address and the identity provider of a
federation may also come from the user information endpoint (with ProConnect, as a signed token too).
"""

import hmac
import json
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import jwt
from allauth.account.models import Login
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

from access.models import Person
from access.signin.allauth_internals import record_authentication, statekit
from access.signin.proofs import proofs, prove

NAME = "directory"
# Tokens of the directory must have an asymmetric signature. "none" and signatures with a shared secret are refused.
SIGNED_BY = ("RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512")
CLOCKS_APART_SECONDS = 60
Claims = dict[str, Any]
_REQUIRED = ("iss", "sub", "aud")


class NotProved(Exception):
    """Raised if the directory's response is missing, not authentic, or for a sign-in begun in another browser."""


def is_offered() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT)


class FromTheEnvironment(DefaultSocialAccountAdapter):
    """Social account adapter of allauth that takes the provider's configuration from environment variables.

    Nobody can sign up through the provider.
    """

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        if not is_offered() or provider != NAME:
            raise SocialApp.DoesNotExist
        return SocialApp(
            provider="openid_connect",
            provider_id=NAME,
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT,
            secret=settings.OIDC_SECRET,
            settings={"server_url": settings.OIDC_ISSUER.rstrip("/")},
        )

    def list_apps(self, request: HttpRequest, *_which: Any, **_more: Any) -> list[SocialApp]:
        return [self.get_app(request, NAME)] if is_offered() else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class Directory(OpenIDConnectOAuth2Adapter):
    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, NAME)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("directory_back"))

    def address(self, purpose: str, *, next_url: str = "") -> str:
        """Return the URL of the directory's sign-in page. Stores the nonce and the PKCE verifier in the session."""
        nonce, pkce = token_urlsafe(24), generate_code_challenge()
        state = {"purpose": purpose, "next": next_url, "nonce": nonce, "verifier": pkce.pop("code_verifier")}
        state["whose"] = str(self.request.user.pk or "")
        client = self._client()
        # Read `authorize_url` before storing the sign-in state, because reading it sends a request, which may fail.
        where = self.authorize_url
        state_id = token_urlsafe(24)  # ProConnect requires a `state` parameter of 32 characters or more.
        client.state = statekit.stash_state(self.request, provider_id=NAME, state=state, state_id=state_id)
        scopes = ["openid", "email", *(["idp_id"] if settings.OIDC_IDP else [])]
        address: str = client.get_redirect_url(where, scopes, {"nonce": nonce, **pkce, **requested_assurance()})
        return address

    def come_back(self) -> tuple[Claims, dict[str, Any]]:
        """Return the claims of the person who comes back from the directory, and the state that `address()` has stored.

        Raises NotProved if the directory's response is missing, invalid or not for this session.
        """
        params = self.request.GET
        state = statekit.unstash_state(self.request, state_id=params.get("state", ""), provider_id=NAME)
        if not state or not params.get("code") or params.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
            raise NotProved
        try:
            answer = self._client().get_access_token(params["code"], pkce_code_verifier=state["verifier"])
            claims = self._verified(answer.get("id_token") or "", [*_REQUIRED, "exp", "iat", "nonce"])
            # The claim `azp` identifies the client to which the token was issued. Tokens of other clients are refused.
            if claims.get("azp", settings.OIDC_CLIENT) != settings.OIDC_CLIENT:
                raise NotProved
            if not hmac.compare_digest(str(claims["nonce"]), state["nonce"]):
                raise NotProved
            claims = self._completed(claims, answer.get("access_token"))
        except (OAuth2Error, RequestException, jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            raise NotProved from error
        if not is_assured(claims):
            raise NotProved
        return claims, state

    def _client(self) -> Any:
        return self.get_client(self.request, self.get_provider().app)

    def _verified(self, token: str, required: list[str]) -> Claims:
        """Return the claims of a token after checking the directory's signature, the issuer and the audience."""
        key_id = jwt.get_unverified_header(token)["kid"]
        with get_adapter().get_requests_session() as web:
            response = web.get(self.openid_config["jwks_uri"])
        response.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(response.json())
        claims: Claims = jwt.decode(
            token,
            keys[key_id].key,
            algorithms=list(SIGNED_BY),
            audience=settings.OIDC_CLIENT,
            issuer=settings.OIDC_ISSUER,
            leeway=CLOCKS_APART_SECONDS,
            options={"require": required},
        )
        return claims

    def _completed(self, claims: Claims, access_token: Any) -> Claims:
        """Return the claims of the ID token, completed with claims from the user information endpoint.

        Only claims that the settings require are added, and no others, such as names. Email address and
        `email_verified` are taken from the same source.
        """
        needed = {"email": settings.OIDC_BY_EMAIL, "idp_id": bool(settings.OIDC_IDP)}
        missing = [name for name, wanted in needed.items() if wanted and name not in claims]
        if not missing or "userinfo_endpoint" not in self.openid_config:
            return claims
        with get_adapter().get_requests_session() as web:
            answer = web.get(self.profile_url, headers={"Authorization": f"Bearer {access_token or ''}"})
        answer.raise_for_status()
        if answer.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/jwt":
            information = self._verified(answer.text, list(_REQUIRED))
        elif not isinstance(information := answer.json(), dict):
            raise ValueError
        # User information whose `sub` is not that of the ID token is about another person and is refused.
        if information.get("sub") != claims["sub"]:
            raise NotProved
        taken = {"email": ("email", "email_verified"), "idp_id": ("idp_id",)}
        names = {name for claim in missing for name in taken[claim] if name in information}
        remaining = {
            name: value for name, value in claims.items() if not ("email" in names and name == "email_verified")
        }
        return {**remaining, **{name: information[name] for name in names}}


def requested_assurance() -> dict[str, str]:
    """Return URL parameters that request the assurance level and sign-in methods which Loge checks later.

    The level is requested in two ways: in `acr_values`, which a directory may ignore, and as an essential claim, which
    it may not ignore. A directory sends the methods (`amr`) only on request.
    """
    if not settings.OIDC_ACR and not settings.OIDC_SECOND:
        return {}
    levels = {"essential": True, "values": settings.OIDC_ACR} if settings.OIDC_ACR else None
    parameters = {"claims": json.dumps({"id_token": {"acr": levels, "amr": None}})}
    return parameters | ({"acr_values": " ".join(settings.OIDC_ACR)} if settings.OIDC_ACR else {})


def is_assured(claims: Claims) -> bool:
    """Return whether the claims have one of the assurance levels and identity providers in the settings.

    An empty setting accepts any level or provider.
    """
    level = not settings.OIDC_ACR or claims.get("acr") in settings.OIDC_ACR
    provider = not settings.OIDC_IDP or claims.get("idp_id") in settings.OIDC_IDP
    return level and provider


# --- The person ---


def whose(claims: Claims) -> Person | None:
    """Return the person linked to the identity in these claims, or None.

    With the setting OIDC_BY_EMAIL, an identity without a link is linked to the person with the email address in the
    claims, if the directory has verified the address.
    """
    account = SocialAccount.objects.filter(provider=NAME, uid=identity(claims)).select_related("user").first()
    if account:
        return account.user  # type: ignore[no-any-return]
    # An address without `email_verified`, as from ProConnect, counts as verified if OIDC_IDP restricts the providers.
    vouched = "email_verified" not in claims and bool(settings.OIDC_IDP)
    if not settings.OIDC_BY_EMAIL or (claims.get("email_verified") is not True and not vouched):
        return None
    people = Person.objects.filter(email__iexact=str(claims.get("email", "")), is_active=True, is_machine=False)
    person = people.first()
    # A person who is already linked is not linked again, because the email address may belong to somebody else by now.
    return person if person and not is_linked(person) and link(person, claims) else None


def identity(claims: Claims) -> str:
    """Return the hash of issuer and subject, which is stored instead of the directory's identifier of the person."""
    return sha256(json.dumps([claims["iss"], claims["sub"]]).encode()).hexdigest()


def is_linked(person: Person) -> bool:
    return bool(SocialAccount.objects.filter(user_id=person.pk, provider=NAME).exists())


def link(person: Person, claims: Claims) -> bool:
    """Link the person to the identity in the claims. Returns False if the person or the identity is already linked."""
    if is_linked(person):
        return False
    uid = identity(claims)
    _row, made = SocialAccount.objects.get_or_create(provider=NAME, uid=uid, defaults={"user": person})
    return bool(made)


def unlink(person_id: Any) -> int:
    """Delete the person's link to the directory. Returns how many rows were deleted.

    Django's delete() is not used, because it would also read a related table that the database login may not read.
    """
    rows = SocialAccount.objects.filter(user_id=person_id)
    return int(rows._raw_delete(rows.db))


# --- The directory's sign-in as a second factor ---


def counts_as_second(claims: Claims) -> bool:
    """Return whether the directory's sign-in used a method in OIDC_SECOND and so counts as second factor."""
    methods = claims.get("amr")
    ways = {claims.get("acr"), *(methods if isinstance(methods, list) else ())}
    return any(isinstance(way, str) and way in settings.OIDC_SECOND for way in ways)


def first_proof(request: HttpRequest, person: Person, claims: Claims) -> Login:
    record_authentication(request, person, "socialaccount")
    if counts_as_second(claims):
        prove(request, person, NAME)
    return Login(user=person, email_verification="none")


class SecondStep(AuthenticateStage):
    """Stage of allauth's sign-in that asks for a second factor, skipped if the directory has verified one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        counted = any(record.get("type") == NAME for record in proofs(request, self.login.user))
        return not counted and bool(super()._should_handle(request))
