"""Exhibit E20: the register of personal data breaches. Exhibit E21: authentication, encryption keys, backups and
software versions.
"""

import sys
from importlib.metadata import distributions
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from access.models import Person
from access.signin import session_limits as limits
from audit.events import BACKUP_TAKEN
from audit.models import Event
from audit.sealed import status_page
from inspection.exhibits.answers import query_rows
from inspection.exhibits.question import Question
from inspection.exhibits.shape import Row, Table
from oversight.models import Breach
from privacy.encryption import keys


def breaches(access: AccessContext, question: Question) -> list[Table]:
    rows: list[Row] = [
        [row.number, row.known_on, row.get_nature_display(), row.get_touched_display(), row.people,
         row.get_consequence_display(), row.get_measure_display(), row.notified_on, row.told_on, row.noted_at,
         _("oui") if row.hours_allowed else _("non")]
        for row in access.rows(Breach)
    ]  # fmt: skip
    first = [_("Numéro"), _("Connue le"), _("Nature"), _("Données touchées"), _("Nombre approximatif de personnes")]
    then = [_("Conséquence"), _("Mesure prise"), _("Notifiée à la CNIL le"), _("Personnes informées le")]
    note = _("Une inscription ne peut pas être modifiée. Enregistrez les nouvelles informations sous le même numéro.")
    return [
        Table(_("Violations de données"), [*first, *then, _("Enregistrée le"), _("Dans les 72 heures")], rows, note)
    ]


def security(access: AccessContext, question: Question) -> list[Table]:
    return [
        table_of_factors(access),
        table_of_session_limits(),
        table_of_keys(access),
        table_of_backups(access),
        table_of_versions(),
    ]


def table_of_factors(access: AccessContext) -> Table:
    """Return the table of how many employees have registered each kind of second factor."""
    people = {person.pk for person in access.rows(Person).filter(is_active=True, is_machine=False)}
    authenticators = query_rows("SELECT user_id, type FROM mfa_authenticator")
    names = {
        "webauthn": _("clé de sécurité"),
        "totp": _("code d’une application"),
        "recovery_codes": _("codes de secours"),
    }
    counts = {kind: len({who for who, factor in authenticators if factor == kind and who in people}) for kind in names}
    strong = {who for who, factor in authenticators if factor != "recovery_codes"}
    rows: list[Row] = [[name, counts[kind]] for kind, name in names.items()]
    rows += [
        [_("agents qui peuvent se connecter"), len(people)],
        [_("dont sans second facteur, donc sans accès"), len(people - strong)],
    ]
    note = _(
        "Toutes les pages demandent un second facteur : une personne qui n’en a pas doit d’abord en enregistrer un."
    )
    return Table(_("Second facteur"), [_("Moyen"), _("Agents")], rows, note)


def table_of_session_limits() -> Table:
    """Return the table of the rules for passwords and sessions that are configured."""
    validators = get_default_password_validators()
    [shortest] = [validator.min_length for validator in validators if isinstance(validator, MinimumLengthValidator)]
    rows: list[Row] = [
        [_("Longueur minimale"), shortest],
        [_("Hachage"), settings.PASSWORD_HASHERS[0].rsplit(".", 1)[-1].removesuffix("PasswordHasher")],
        [_("Liste de mots de passe divulgués"), _("oui") if settings.LEAKED_PASSWORDS else _("non")],
        [_("Verrouillage de la session, en minutes d’inactivité"), limits.LOCKED_AFTER_SECONDS // 60],
        [_("Fermeture de la session, en minutes d’inactivité"), limits.ENDED_AFTER_SECONDS // 60],
        [_("Durée maximale d’une session, en heures"), limits.LONGEST_SECONDS // 3600],
    ]
    return Table(_("Mots de passe et sessions"), [_("Élément"), _("Valeur")], rows)


def table_of_keys(access: AccessContext) -> Table:
    """Return the table of encryption keys (ids and dates only) and of the public keys that verify the audit log."""
    ring = keys.ring()
    rows: list[Row] = []
    for key_id in ring.ciphers:
        serves = (
            _("chiffre les nouvelles données") if key_id == ring.current else _("déchiffre les données plus anciennes")
        )
        rows.append([key_id, ring.made.get(key_id, ""), serves])
    signs = _("signe le journal de la trace")
    rows += [[public_key.name, public_key.since, signs] for public_key in status_page.public_keys(access.rows)]
    note = _("Coordonnées bancaires, seconds facteurs et phrases sous scellés : AES-256-GCM, clés hors de la base.")
    return Table(_("Chiffrement"), [_("Clé"), _("Faite le"), _("Utilisation")], rows, note)


def table_of_backups(access: AccessContext) -> Table:
    backups = access.rows(Event).filter(kind=BACKUP_TAKEN.code).newest_first()[:60]
    return Table(
        _("Copies de la base"),
        [_("Quand"), _("Chiffrée")],
        [[event.at, _("oui") if event.facts.get("encrypted") else _("non")] for event in backups],
        _("D’après la trace. Pour leur lieu de conservation et les essais de restauration, demandez à l’exploitation."),
    )


def table_of_versions() -> Table:
    """Versions of Python, of PostgreSQL and of the installed packages."""
    [(server,)] = query_rows("SHOW server_version")
    packages: dict[str, Any] = {package.metadata["Name"]: package.version for package in distributions()}
    rows: list[Row] = [["Python", sys.version.split()[0]], ["PostgreSQL", str(server)]]
    rows += [[name, packages[name]] for name in sorted(packages, key=str.lower)]
    note = _(
        "Avec les licences : manage.py sbom. Demandez les tests d’intrusion au délégué à la protection des données."
    )
    return Table(_("Versions"), [_("Logiciel"), _("Version")], rows, note)
