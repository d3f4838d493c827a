"""E20 and E21: the register of breaches; how people prove who they are, how old keys are, which versions run."""

import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.db import connection
from django.utils.translation import gettext as _

from access import session_limits as limits
from access.look import Look
from access.models import Person
from audit.events import BACKUP_TAKEN
from audit.models import Event
from audit.sealed import telling
from desk.exhibits.answers import asked_of
from desk.exhibits.question import Question
from desk.exhibits.shape import Row, Table
from privacy import keys
from tenants.models import Breach


def breaches(look: Look, question: Question) -> list[Table]:
    rows: list[Row] = [
        [one.number, one.known_on, one.get_nature_display(), one.get_touched_display(), one.people,
         one.get_consequence_display(), one.get_measure_display(), one.notified_on, one.told_on, one.noted_at,
         _("oui") if one.hours_allowed else _("non")]
        for one in look.rows(Breach)
    ]  # fmt: skip
    first = [_("Numéro"), _("Connue le"), _("Nature"), _("Données touchées"), _("Personnes, environ")]
    then = [_("Conséquence"), _("Mesure prise"), _("Notifiée à la CNIL le"), _("Dite aux personnes le")]
    note = _("Chaque inscription reste telle quelle ; ce qu’on apprend ensuite s’inscrit sous le même numéro.")
    return [Table(_("Violations de données"), [*first, *then, _("Inscrite"), _("Dans les trois jours")], rows, note)]


def security(look: Look, question: Question) -> list[Table]:
    what = [_("Quoi"), _("Valeur")]
    return [
        Table(_("Second facteur"), [_("Moyen"), _("Agents")], list(_factors(look)), _second_factor()),
        Table(_("Mots de passe et sessions"), what, list(_passwords())),
        Table(_("Chiffrement"), [_("Clé"), _("Faite le"), _("Sert à")], list(_keys(look)), _encrypted()),
        Table(_("Copies de la base"), [_("Quand"), _("Chiffrée")], list(_backups(look)), _copied()),
        Table(_("Versions"), [_("Logiciel"), _("Version")], list(_versions()), _tested()),
    ]


def _second_factor() -> str:
    return _("Aucune porte ne s’ouvre sans second facteur : qui n’en a pas encore est mené à en poser un.")


def _factors(look: Look) -> Iterable[Row]:
    people = {one.pk for one in look.rows(Person).filter(is_active=True, is_machine=False)}
    found = asked_of("SELECT user_id, type FROM mfa_authenticator")
    names = {
        "webauthn": _("clé de sécurité"),
        "totp": _("code d’une application"),
        "recovery_codes": _("codes de secours"),
    }
    for kind, name in names.items():
        yield [name, len({who for who, one in found if one == kind and who in people})]
    strong = {who for who, one in found if one != "recovery_codes"}
    yield [_("agents qui peuvent se connecter"), len(people)]
    yield [_("dont sans second facteur, et devant aucune porte"), len(people - strong)]


def _passwords() -> Iterable[Row]:
    validators = get_default_password_validators()
    [shortest] = [one.min_length for one in validators if isinstance(one, MinimumLengthValidator)]
    yield [_("Longueur la plus courte"), shortest]
    yield [_("Hachage"), settings.PASSWORD_HASHERS[0].rsplit(".", 1)[-1].removesuffix("PasswordHasher")]
    yield [_("Liste de mots de passe qui ont fui"), _("oui") if settings.LEAKED_PASSWORDS else _("non")]
    yield [_("Session verrouillée après, en minutes de silence"), limits.LOCKED_AFTER_SECONDS // 60]
    yield [_("Session fermée après, en minutes de silence"), limits.ENDED_AFTER_SECONDS // 60]
    yield [_("Session la plus longue, en heures"), limits.LONGEST_SECONDS // 3600]


def _encrypted() -> str:
    return _("Coordonnées bancaires, seconds facteurs et phrases sous scellés : AES-256-GCM, clés hors de la base.")


def _keys(look: Look) -> Iterable[Row]:
    ring = keys.ring()
    for key_id in ring.ciphers:
        serves = _("chiffre aujourd’hui") if key_id == ring.current else _("ouvre ce qu’elle a chiffré")
        yield [key_id, ring.made.get(key_id, ""), serves]
    for one in telling.public_keys(look.rows):
        yield [one.name, one.since, _("signe le journal de la trace")]


def _copied() -> str:
    return _("Dites par la trace. Où elles sont gardées, quand on a essayé de restaurer : l’exploitation le dit.")


def _backups(look: Look) -> Iterable[Row]:
    for one in look.rows(Event).filter(kind=BACKUP_TAKEN.code).newest_first()[:60]:
        yield [one.at, _("oui") if one.facts.get("encrypted") else _("non")]


def _tested() -> str:
    return _("Avec les licences : manage.py sbom. Les tests d’intrusion se demandent à la déléguée.")


def _versions() -> Iterable[Row]:
    yield ["Python", sys.version.split()[0]]
    yield ["PostgreSQL", _server()]
    found: dict[str, Any] = {one.metadata["Name"]: one.version for one in distributions()}
    yield from ([name, found[name]] for name in sorted(found, key=str.lower))


def _server() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
