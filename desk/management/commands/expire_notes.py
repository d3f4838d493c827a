"""The nightly forgetting: facts and notes that are past their day, or were withdrawn."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.actions.expiry import (
    expire_contests,
    expire_deferrals,
    expire_emergencies,
    expire_facts,
    expire_inherited,
    expire_inspections,
    expire_look_questions,
    expire_notes,
    expire_subject_requests,
)


class Command(BaseCommand):
    help = (
        "Efface les faits et les notes échus ou retirés, les phrases contestées de trente jours, les contrôles "
        "de sept jours, les anciens commentaires sous scellés de six mois, les accès exceptionnels d’un an, les "
        "demandes répondues depuis trois ans, les questions closes sur des consultations, et le dit dans la trace. À "
        "lancer chaque nuit."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        facts, notes = expire_facts(by="expire_notes"), expire_notes(by="expire_notes")
        contests, inspections = expire_contests(by="expire_notes"), expire_inspections(by="expire_notes")
        emergencies = expire_emergencies(by="expire_notes")
        inherited, requests = expire_inherited(by="expire_notes"), expire_subject_requests(by="expire_notes")
        deferrals, questions = expire_deferrals(by="expire_notes"), expire_look_questions(by="expire_notes")
        self.stdout.write(
            f"faits effacés\u00a0: {facts}, notes effacées\u00a0: {notes}, phrases contestées\u00a0: {contests}, "
            f"contrôles\u00a0: {inspections}, anciens commentaires\u00a0: {inherited}, "
            f"accès exceptionnels\u00a0: {emergencies}, demandes\u00a0: {requests}, reports\u00a0: {deferrals}, "
            f"questions\u00a0: {questions}"
        )
