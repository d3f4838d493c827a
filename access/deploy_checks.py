"""Checks of the configuration of a server. Start-up and `manage.py check --deploy` report violations.

Some of the checks are skipped on a server that accepts requests to localhost only, which is a demonstration or a
developer's machine.
"""

import stat
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from access.guard.standby import STANDBY

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})
SECRET_LENGTH, SECRET_SIGNS = 50, 10
_SENDS_NOTHING = ("console", "dummy", "locmem", "filebased")
_VERIFIED = ("verify-ca", "verify-full")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def is_exposed() -> bool:
    return any(host not in LOOPBACK for host in settings.ALLOWED_HOSTS)


def reasons_against() -> Iterator[str]:
    """Yields one message for each problem with the configuration. The server may start only if there is none."""
    users: dict[str, list[str]] = {}
    for alias, database in settings.DATABASES.items():
        if alias != STANDBY:
            users.setdefault(str(database.get("USER") or ""), []).append(alias)
    for user, aliases in users.items():
        if len(aliases) > 1:
            yield f"Les connexions {' et '.join(aliases)} sont identiques, {user} : utilisez une connexion par usage."
    # Pages need the same database rights on the standby as on the primary, so both must have the same login.
    user = str(settings.DATABASES["default"].get("USER") or "")
    if STANDBY in settings.DATABASES and settings.DATABASES[STANDBY].get("USER") != user:
        yield f"LOGE_STANDBY_URL n’a pas la connexion de DATABASE_URL : {user}."
    for name in ("SECRET_KEY_FILE", "METRICS_TOKEN_FILE", "OIDC_SECRET_FILE", "EMAIL_PASSWORD_FILE"):
        if not (path := getattr(settings, name)):
            continue
        try:
            is_private = not Path(path).stat().st_mode & _OTHERS
        except OSError:
            is_private = False
        if not is_private:
            yield f"Le fichier LOGE_{name} est absent ou ouvert à d’autres que son propriétaire : chmod 600 {path}."
    for network in settings.METRICS_ALLOW:
        try:
            if ip_network(network).prefixlen == 0:
                yield f"LOGE_METRICS_ALLOW rend les mesures publiques : {network} contient toutes les adresses."
        except ValueError:
            yield f"LOGE_METRICS_ALLOW : {network} n’est ni une adresse ni un réseau."
    if is_exposed():
        yield from reasons_against_exposure()


@register(Tags.security, deploy=True)
def may_be_served(**_: Any) -> Sequence[CheckMessage]:
    return [Error(reason, id="access.E010") for reason in reasons_against()]


def reasons_against_exposure() -> Iterator[str]:
    """Yields problems that matter only on a server that other machines can reach, such as DEBUG or a weak secret
    key."""
    if settings.DEBUG:
        yield "LOGE_DEBUG=1 affiche le code et ses variables en cas d’erreur : désactivez-le en production."
    if settings.DEMO:
        yield "LOGE_DEMO=1 laisse entrer sans mot de passe : seulement sur sa propre machine."
    if settings.OIDC_ISSUER and not settings.OIDC_ISSUER.startswith("https://"):
        yield "LOGE_OIDC_ISSUER n’est pas en https:// : la connexion pourrait être détournée."
    if wild := [host for host in settings.ALLOWED_HOSTS if "*" in host or host.startswith(".")]:
        yield f"LOGE_HOSTS accepte {', '.join(wild)} : nommez chaque adresse du site."
    if any(word in settings.EMAIL_BACKEND.split(".") for word in _SENDS_NOTHING):
        yield "LOGE_EMAIL_HOST est absent : aucun lien de réinitialisation du mot de passe ne serait envoyé."
    if settings.WHITENOISE_USE_FINDERS:
        yield "Les fichiers du site ne sont pas rassemblés : lancez « manage.py collectstatic »."
    if not (settings.SECURE_SSL_REDIRECT and settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield "LOGE_HTTPS=1 manque : sans lui les mots de passe et les sessions voyagent en clair."
    if plain := [origin for origin in settings.CSRF_TRUSTED_ORIGINS if not origin.startswith("https://")]:
        yield f"LOGE_ORIGINS accepte {', '.join(plain)} : seulement des adresses en https."
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        secret = ""
    if not secret:
        yield "Il n’y a pas de clé secrète : LOGE_SECRET_KEY_FILE doit nommer son fichier."
    elif len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_SIGNS or secret.startswith("django-insecure-"):
        yield f"La clé secrète est faible : il faut au moins {SECRET_LENGTH} signes tirés au hasard."
    for alias, database in settings.DATABASES.items():
        if not _is_near(database) and database.get("OPTIONS", {}).get("sslmode") not in _VERIFIED:
            yield f"La connexion {alias} passe par le réseau sans vérifier le serveur : ajoutez ?sslmode=verify-full."


def _is_near(database: Mapping[str, Any]) -> bool:
    """Return whether all hosts of a database URL are on this machine. A URL may name several, also as `?host=a,b`."""
    options = database.get("OPTIONS", {})
    named = (database.get("HOST"), options.get("host"), options.get("hostaddr"))
    hosts = [host.strip() for text in named for host in str(text or "").split(",")]
    return all(not host or host.startswith("/") or host in LOOPBACK or host == "::1" for host in hosts)
