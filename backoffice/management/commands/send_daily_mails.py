"""Send the daily email that tells each person how many tasks wait. The command runs each morning, until each email is
sent or has failed too often."""

from time import sleep
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backoffice.actions import queue_mails, send_mails
from backoffice.waiting.daily_mail import seconds_to_next_try

NAME = "send_daily_mails"


class Command(BaseCommand):
    help = (
        "Envoie un courriel à chaque personne dont une décision ou une action est attendue\u00a0: combien, et rien "
        "d’autre. Un seul par jour et par personne, même si la commande est relancée. Un envoi qui échoue est tenté de "
        "nouveau, cinq fois en tout, puis abandonné ; la commande échoue alors. À lancer chaque matin, avec la "
        "connexion d’un processus web."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        queue_mails(by=NAME)
        sent, failed = send_mails(by=NAME)
        while (seconds := seconds_to_next_try()) is not None:
            sleep(seconds)
            more_sent, more_failed = send_mails(by=NAME)
            sent, failed = sent + more_sent, failed + more_failed
        self.stdout.write(f"courriels envoyés\u00a0: {sent}")
        if failed:
            raise CommandError(f"Courriels abandonnés\u00a0: {failed}. Le journal dit pourquoi.")
