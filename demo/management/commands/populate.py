"""`manage.py populate`: fills empty dwellings with invented residents and accounts, to test with large amounts of
data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from demo.populate.filling import Populated, populate
from demo.populate.reviews import sign_last_lists
from formats.figures import figure

MOST_MONTHS = 240


class Command(BaseCommand):
    help = (
        "Ajoute des baux inventés aux logements jamais loués, et crée les bâtiments et les employés qui manquent. "
        "Chaque lancement en ajoute. La même graine et la même base donnent les mêmes données."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--leases", type=int, required=True, help="nombre de baux à ajouter")
        parser.add_argument("--seed", type=int, default=1, help="graine du générateur aléatoire")
        parser.add_argument("--months", type=int, default=24, help="nombre de mois d’écritures (24)")

    def handle(self, *args: Any, leases: int, seed: int, months: int, **options: Any) -> None:
        if leases < 1 or not 1 <= months <= MOST_MONTHS or seed < 0:
            raise CommandError("Il faut au moins un bail, 1 à 240 mois, et une graine positive.")
        with tqdm(total=leases, unit=" baux", disable=None) as bar:
            done = populate(leases, seed, months=months, step=bar.update, by="populate")
        sign_last_lists(done.overseers, "populate")
        self.stdout.write(self.style.SUCCESS(summary(done)))


def summary(done: Populated) -> str:
    rows, rate = figure(done.all_rows), figure(int(done.all_rows / done.seconds))
    return (
        f"{figure(done.leases)} baux ajoutés, {figure(done.rows.get('ledger_entry', 0))} écritures, "
        f"{figure(done.built)} logements bâtis faute de place, {figure(done.assignments)} affectations\u00a0: "
        f"{rows} lignes en {done.seconds:.1f}\u202fs, {rate} par seconde."
    )
