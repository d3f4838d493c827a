"""E20: the register of personal data breaches. E21: authentication, encryption keys, backups and software versions."""

import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext as _

from access.guard.context import Look
from access.models import Person
from access.signin import session_limits as limits
from audit.events import BACKUP_TAKEN
from audit.models import Event
from audit.sealed import status_page
from inspection.exhibits.answers import query_rows
from inspection.exhibits.question import Question
from inspection.exhibits.shape import Row, Table
from privacy.encryption import keys
from tenants.models import Breach


def breaches(look: Look, question: Question) -> list[Table]:
    rows: list[Row] = [
        [row.number, row.known_on, row.get_nature_display(), row.get_touched_display(), row.people,
         row.get_consequence_display(), row.get_measure_display(), row.notified_on, row.told_on, row.noted_at,
         _("oui") if row.hours_allowed else _("non")]
        for row in look.rows(Breach)
    ]  # fmt: skip
    first = [_("Numéro"), _("Connue le"), _("Nature"), _("Données touchées"), _("Personnes, environ")]
    then = [_("Conséquence"), _("Mesure prise"), _("Notifiée à la CNIL le"), _("Dite aux personnes le")]
    note = _("Chaque inscription reste telle quelle ; ce qu’on apprend ensuite s’inscrit sous le même numéro.")
    return [Table(_("Violations de données"), [*first, *then, _("Inscrite"), _("Dans les trois jours")], rows, note)]


def security(look: Look, question: Question) -> list[Table]:
    backups = look.rows(Event).filter(kind=BACKUP_TAKEN.code).newest_first()[:60]
    return [
        Table(
            _("Second facteur"),
            [_("Moyen"), _("Agents")],
            list(_factors(look)),
            _("Aucune porte ne s’ouvre sans second facteur : qui n’en a pas encore est mené à en poser un."),
        ),
        Table(_("Mots de passe et sessions"), [_("Quoi"), _("Valeur")], list(_passwords())),
        Table(
            _("Chiffrement"),
            [_("Clé"), _("Faite le"), _("Sert à")],
            list(_keys(look)),
            _("Coordonnées bancaires, seconds facteurs et phrases sous scellés : AES-256-GCM, clés hors de la base."),
        ),
        Table(
            _("Copies de la base"),
            [_("Quand"), _("Chiffrée")],
            [[event.at, _("oui") if event.facts.get("encrypted") else _("non")] for event in backups],
            _("Dites par la trace. Où elles sont gardées, quand on a essayé de restaurer : l’exploitation le dit."),
        ),
        Table(
            _("Versions"),
            [_("Logiciel"), _("Version")],
            list(_versions()),
            _("Avec les licences : manage.py sbom. Les tests d’intrusion se demandent à la déléguée."),
        ),
    ]


def _factors(look: Look) -> Iterable[Row]:
    people = {person.pk for person in look.rows(Person).filter(is_active=True, is_machine=False)}
    authenticators = query_rows("SELECT user_id, type FROM mfa_authenticator")
    names = {
        "webauthn": _("clé de sécurité"),
        "totp": _("code d’une application"),
        "recovery_codes": _("codes de secours"),
    }
    for kind, name in names.items():
        yield [name, len({who for who, factor in authenticators if factor == kind and who in people})]
    strong = {who for who, factor in authenticators if factor != "recovery_codes"}
    yield [_("agents qui peuvent se connecter"), len(people)]
    yield [_("dont sans second facteur, et devant aucune porte"), len(people - strong)]


def _passwords() -> Iterable[Row]:
    validators = get_default_password_validators()
    [shortest] = [validator.min_length for validator in validators if isinstance(validator, MinimumLengthValidator)]
    yield [_("Longueur la plus courte"), shortest]
    yield [_("Hachage"), settings.PASSWORD_HASHERS[0].rsplit(".", 1)[-1].removesuffix("PasswordHasher")]
    yield [_("Liste de mots de passe qui ont fui"), _("oui") if settings.LEAKED_PASSWORDS else _("non")]
    yield [_("Session verrouillée après, en minutes de silence"), limits.LOCKED_AFTER_SECONDS // 60]
    yield [_("Session fermée après, en minutes de silence"), limits.ENDED_AFTER_SECONDS // 60]
    yield [_("Session la plus longue, en heures"), limits.LONGEST_SECONDS // 3600]


def _keys(look: Look) -> Iterable[Row]:
    ring = keys.ring()
    for key_id in ring.ciphers:
        serves = _("chiffre aujourd’hui") if key_id == ring.current else _("ouvre ce qu’elle a chiffré")
        yield [key_id, ring.made.get(key_id, ""), serves]
    for public_key in status_page.public_keys(look.rows):
        yield [public_key.name, public_key.since, _("signe le journal de la trace")]


def _versions() -> Iterable[Row]:
    yield ["Python", sys.version.split()[0]]
    [(server,)] = query_rows("SHOW server_version")
    yield ["PostgreSQL", str(server)]
    packages: dict[str, Any] = {package.metadata["Name"]: package.version for package in distributions()}
    yield from ([name, packages[name]] for name in sorted(packages, key=str.lower))
