"""Nightly command that deletes data past its retention period, and withdrawn notes and facts."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from access.grants.actions.sign_ins import expire_sessions
from allocations.actions.expiry import expire_applications, expire_candidacies, expire_registry_rows, lapse_claims
from allocations.actions.offers import expire_offers
from backoffice.actions import expire_mails
from casework.actions.expiry import expire_contacts, expire_contests, expire_facts, expire_legacy_comments, expire_notes
from exchange.actions import expire_runs
from inspection.actions.expiry import expire_inspections
from oversight.actions.expiry import expire_look_questions
from rights.actions.expiry import expire_deferrals, expire_restrictions, expire_subject_requests
from tenants.actions.expiry import expire_emergencies

NAME = "expire_notes"
# STEPS pairs a label for the output with a function that deletes in a transaction of its own, with an audit event.
STEPS: tuple[tuple[str, Callable[..., int]], ...] = (
    ("faits", expire_facts),
    ("notes", expire_notes),
    ("contacts", expire_contacts),
    ("phrases contestées", expire_contests),
    ("contrôles", expire_inspections),
    ("anciens commentaires", expire_legacy_comments),
    ("accès d’urgence", expire_emergencies),
    ("demandes", expire_subject_requests),
    ("limitations levées", expire_restrictions),
    # Unanswered offers expire before applications are deleted, so that their dwellings go to the next candidates.
    ("délais de réponse aux propositions", expire_offers),
    ("demandes de logement", expire_applications),
    ("candidatures sans nom", expire_candidacies),
    ("lignes envoyées au SNE", expire_registry_rows),
    ("demandes de lecture d’une fiche", lapse_claims),
    ("reports", expire_deferrals),
    ("questions", expire_look_questions),
    ("sessions", expire_sessions),
    ("courriels", expire_mails),
    ("imports en arrière-plan", expire_runs),
)
_log = logging.getLogger("loge.night")


class Command(BaseCommand):
    help = (
        "Efface les faits et les notes échus ou retirés, les contacts d’un an, les phrases contestées de trente jours, "
        "les contrôles de sept jours, les anciens commentaires sous scellés de six mois, les accès d’urgence d’un "
        "an, les demandes répondues et les limitations levées depuis trois ans, les demandes de logement radiées ou "
        "échues, les questions closes sur des consultations, les sessions qui n’ouvrent plus rien, les courriels des "
        "jours passés, les imports de plus de trente jours, et le dit dans la trace. Constate aussi le silence sur les "
        "propositions de logement dont le délai est passé, et les conditions non remplies. Ce qui échoue n’arrête pas "
        "le reste. À lancer chaque nuit."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        erased, failed = list[str](), list[str]()
        for word, act in STEPS:
            try:
                erased.append(f"{word}\u00a0: {act(by=NAME)}")
            except Exception:  # An error does not stop the next deletions; the command fails at the end.
                _log.exception("step_failed")
                failed.append(word)
        self.stdout.write(f"effacés — {', '.join(erased)}")
        if failed:
            raise CommandError(f"Effacements en échec\u00a0: {', '.join(failed)}. Le journal dit où.")
