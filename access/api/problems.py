"""API errors as problem details (RFC 9457). Hidden and missing objects get the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ERRORS = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Kind:
    status: int
    title: Promise | str


KINDS: dict[str, Kind] = {
    "malformed": Kind(400, _("Le corps n’est pas un objet JSON.")),
    "invalid_query": Kind(400, _("Un paramètre de l’adresse ne va pas.")),
    "key_missing": Kind(400, _("L’en-tête Idempotency-Key manque, ou n’est pas un UUID.")),
    "purpose_unknown": Kind(400, _("L’en-tête Loge-Purpose ne nomme aucun motif de la liste.")),
    "purpose_missing": Kind(400, _("Dites pourquoi, dans l’en-tête Loge-Purpose.")),
    "unauthenticated": Kind(401, _("Connectez-vous, ou présentez un jeton en cours de validité.")),
    "forbidden": Kind(403, _("Ce rôle ou ce jeton ne fait pas cela ici.")),
    "fresh_proof": Kind(401, _("Cela demande une preuve récente de qui vous êtes : donnez-la dans Loge.")),
    "second_factor": Kind(401, _("Un second facteur est demandé : inscrivez-le depuis Loge.")),
    "locked": Kind(401, _("La session est verrouillée : reprenez-la dans Loge.")),
    "csrf": Kind(403, _("Le jeton CSRF manque ou n’est plus bon.")),
    "not_found": Kind(
        404, _("Rien ici pour vous. Ce qui n’existe pas et ce qui n’est pas à vous ont la même réponse.")
    ),
    "method_not_allowed": Kind(405, _("Cette adresse ne prend pas cette méthode.")),
    "not_acceptable": Kind(406, _("Les réponses sont en JSON, et seulement en JSON.")),
    "already": Kind(409, _("C’est déjà fait, ou quelqu’un vient de le faire.")),
    "too_large": Kind(413, _("Le corps est trop grand.")),
    "unsupported_media_type": Kind(415, _("Le corps se donne en application/json.")),
    "invalid": Kind(422, _("Le corps se lit, mais ne peut pas être accepté.")),
    "key_reused": Kind(422, _("Cette clé a déjà servi à autre chose.")),
    "too_many": Kind(429, _("Trop de demandes : attendez.")),
    "broken": Kind(500, _("Quelque chose s’est cassé ; c’est noté.")),
    "unavailable": Kind(503, _("La base ne répond pas : réessayez. La même clé ne fait rien deux fois.")),
    "no_trace": Kind(503, _("La trace ne peut pas être écrite, donc rien n’est montré.")),
}
TYPE = "application/problem+json"
RETRY_AFTER = "30"  # seconds
# Headers that HTTP requires with these statuses.
BESIDE: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="Loge"'},
    503: {"Retry-After": RETRY_AFTER},
}


class Problem(Exception):
    """Raised behind a door: rolls back the transaction and becomes the response."""

    def __init__(self, code: str, errors: ERRORS = ()) -> None:
        super().__init__(code)
        self.code, self.errors = code, errors

    @property
    def status(self) -> int:
        return KINDS[self.code].status

    def answer(self, request: HttpRequest | None) -> JsonResponse:
        return problem(self.code, request, errors=self.errors)


def problem(
    code: str, request: HttpRequest | None = None, *, errors: ERRORS = (), headers: Mapping[str, str] | None = None
) -> JsonResponse:
    kind = KINDS[code]
    body: dict[str, Any] = {
        "type": f"/api/v1/#{code}",
        "title": str(kind.title),
        "status": kind.status,
        "code": code,
    }
    if number := getattr(request, "id", None):
        body["instance"] = f"urn:uuid:{number}"
    if errors:
        body["errors"] = [dict(error) for error in errors]
    beside = {**BESIDE.get(kind.status, {}), **(headers or {})}
    return JsonResponse(body, status=kind.status, content_type=TYPE, headers=beside)
