"""Error responses of the API in the format "problem details" (RFC 9457).

An object that the client may not see gets the same response as one that does not exist.
"""

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
    "malformed": Kind(400, _("Le corps de la requête n’est pas un objet JSON.")),
    "invalid_query": Kind(400, _("Un paramètre de l’adresse n’est pas valide.")),
    "key_missing": Kind(400, _("L’en-tête Idempotency-Key est absent ou n’est pas un UUID.")),
    "purpose_unknown": Kind(400, _("L’en-tête Loge-Purpose ne contient aucun motif de la liste.")),
    "purpose_missing": Kind(400, _("Indiquez le motif dans l’en-tête Loge-Purpose.")),
    "unauthenticated": Kind(401, _("Connectez-vous ou présentez un jeton valide.")),
    "forbidden": Kind(403, _("Ce rôle ou ce jeton ne permet pas cette action ici.")),
    "fresh_proof": Kind(401, _("Cette action demande une preuve récente de votre identité : donnez-la dans Loge.")),
    "second_factor": Kind(401, _("Un second facteur est obligatoire : enregistrez-le dans Loge.")),
    "locked": Kind(401, _("La session est verrouillée : déverrouillez-la dans Loge.")),
    "csrf": Kind(403, _("Le jeton CSRF est absent ou n’est plus valide.")),
    "not_found": Kind(
        404,
        _("Cette ressource n’existe pas ou n’est pas dans votre périmètre. La réponse est la même dans les deux cas."),
    ),
    "method_not_allowed": Kind(405, _("Cette adresse n’accepte pas cette méthode.")),
    "not_acceptable": Kind(406, _("Les réponses sont uniquement en JSON.")),
    "already": Kind(409, _("Cette action a déjà été faite.")),
    "too_large": Kind(413, _("Le corps de la requête est trop volumineux.")),
    "unsupported_media_type": Kind(415, _("Le corps de la requête doit être de type application/json.")),
    "invalid": Kind(422, _("Le corps de la requête est lisible, mais son contenu est refusé.")),
    "key_reused": Kind(422, _("Cette clé a déjà été utilisée pour une autre requête.")),
    "too_many": Kind(429, _("Trop de requêtes : attendez avant de réessayer.")),
    "broken": Kind(500, _("Une erreur est survenue. Elle a été enregistrée.")),
    "unavailable": Kind(
        503, _("La base de données ne répond pas. Réessayez avec la même clé : rien ne sera fait deux fois.")
    ),
    "no_trace": Kind(503, _("La trace ne peut pas être écrite : aucune donnée n’est affichée.")),
}
TYPE = "application/problem+json"
RETRY_AFTER = "30"  # seconds
# BESIDE maps an HTTP error status to the response headers that the HTTP standard requires with this status.
BESIDE: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="Loge"'},
    503: {"Retry-After": RETRY_AFTER},
}


class Problem(Exception):
    """An API error that a view raises. The `@door` decorator then rolls back and returns the error as the response."""

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
