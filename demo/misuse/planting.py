"""Adds misuse of personal data to the simulated month, so that the nightly rules can be measured. Some of it has the
form that a rule looks for. Some is disguised to escape the rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from demo.misuse.ground import FIRST, Ground, Home, Worker, bearing, put, rare, rename
from demo.misuse.lines import Lines
from demo.misuse.ordinary import working_days
from formats.bulk_copy import Copying
from formats.folding import folded


@dataclass(frozen=True)
class Kind:
    """A kind of misuse. `rule` is the code of the nightly rule that looks for this kind, or "" if no rule does. `quiet`
    means that this kind is disguised, so that the rule is not expected to find it."""

    code: str
    sentence: str
    rule: str
    quiet: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        Kind("pretext", "Un compte ouvert par curiosité, sous un motif que le dossier dément", "unborne"),
        Kind("pretext_true", "Le même, sous un motif que le dossier confirme par hasard", "unborne", quiet=True),
        Kind("glance", "Le même, quitté dans la minute pour un dossier où le motif tient", "unborne", quiet=True),
        Kind("once", "Un foyer ouvert une fois par curiosité, « le locataire demande »", "", quiet=True),
        Kind("follows", "Un foyer suivi : cinq jours en deux semaines", "returning"),
        Kind("follows_slowly", "Un foyer suivi : un jour par semaine", "returning", quiet=True),
        Kind("follows_covered", "Un foyer suivi, avec un acte de façade", "returning", quiet=True),
        Kind("follows_card", "Un foyer suivi par son gardien : trois fiches par semaine, un mois", "returning"),
        Kind("follows_card_slowly", "Le même : une fiche par semaine", "returning", quiet=True),
        Kind("family", "Le foyer d’un parent, du même nom", "surname"),
        Kind("family_common", "Le foyer d’un parent, d’un nom très porté", "surname", quiet=True),
        Kind("family_other_name", "Le foyer d’un parent d’un autre nom", "surname", quiet=True),
        Kind("colleague", "Le compte d’un collègue locataire", "colleague"),
        Kind("colleague_other_name", "Le compte d’un collègue, au nom de son conjoint", "colleague", quiet=True),
        Kind("harvest", "Trente comptes lus à la file en huit minutes", "burst"),
        Kind("harvest_slow", "Quarante comptes lus en deux heures", "burst", quiet=True),
        Kind("probing", "Des dossiers hors de ses lieux, essayés à la suite", "refused"),
        Kind("probing_slow", "Les mêmes, un par jour", "refused", quiet=True),
        Kind("program", "Un programme qui emporte un soir les comptes d’une agence", "program"),
        Kind("counter_names", "Des noms essayés au guichet sous une même référence", "guessed"),
        Kind("counter_names_slow", "Les mêmes, un par semaine", "guessed", quiet=True),
        Kind("wall", "Un dossier fermé, redemandé une semaine après", "walled"),
        Kind("wall_by_another", "Un dossier fermé, ouvert par un collègue pour qui le demande", "walled", quiet=True),
        Kind("guessing", "Un second moyen essayé par qui a volé un mot de passe", "blocked"),
        Kind("officer_person", "La déléguée ouvre la trace d’un agent sans raison", "trace_of_person"),
        Kind("officer_person_true", "La même, sous une raison qui existe par ailleurs", "trace_of_person", quiet=True),
        Kind("officer_account", "La déléguée lit la trace d’un foyer que personne n’a demandée", "trace_of_account"),
        Kind("administrator_rights", "Un administrateur suit les droits d’un collègue", "rights_of_person"),
        Kind("administrator_access", "Un accès donné à un complice pour deux jours", "brief_access"),
        Kind("officer_words", "La déléguée cherche des mots dans les textes, sans contrôle", "words_probed"),
    )
}


@dataclass
class Planting:
    """Adds invented cases of misuse, called episodes, to the simulated month.

    Each episode has a number. `planted` maps this number to the code of the kind of misuse (a key of KINDS).
    """

    ground: Ground
    lines: Lines
    copying: Copying
    planted: dict[int, str]

    def __post_init__(self) -> None:
        self.rng, self.days = self.ground.rng, list(working_days())

    def all(self) -> None:
        self.plant_pretexts()
        self.plant_follows()
        self.plant_families()
        self.plant_colleagues()
        self.plant_harvests()
        self.plant_probes()
        self.plant_refused_attempts()
        self.plant_oversight()
        self.plant_programs()
        self.plant_guesses()

    def _begin(self, kind: str) -> int:
        number = len(self.planted) + 1
        self.planted[number] = kind
        return number

    def _officer(self) -> Worker:
        return self.rng.choice(self.ground.of("officer"))

    def _look(self, who: Worker, home: Home, day: date, purpose: str, number: int, hour: float = 0) -> None:
        at = self.lines.moment(day, hour or 9 + self.rng.random() * 7)
        self.lines.leave(who, at, "account_opened", home, purpose=purpose, episode=number)

    def plant_pretexts(self) -> None:
        for _ in range(10):
            who = self._officer()
            purpose = self.rng.choice(("arrears", "moving", "closing", "lease"))
            day = self.rng.choice([day for day in self.days if day.day > 10])
            self._look(who, self.rng.choice(who.calm), day, purpose, self._begin("pretext"))
        for _ in range(6):
            who = self._officer()
            self._look(
                who, self.rng.choice(who.owing), self.rng.choice(self.days), "arrears", self._begin("pretext_true")
            )
        for _ in range(4):
            who, day, number = self._officer(), self.rng.choice(self.days), self._begin("glance")
            at = self.lines.moment(day, 9 + self.rng.random() * 7)
            self.lines.leave(who, at, "account_opened", self.rng.choice(who.calm), purpose="arrears", episode=number)
            at += timedelta(seconds=40)
            self.lines.leave(who, at, "account_opened", self.rng.choice(who.owing), purpose="arrears")
        for _ in range(12):
            who = self._officer()
            self._look(who, self.rng.choice(who.calm), self.rng.choice(self.days), "tenant_asked", self._begin("once"))

    def plant_follows(self) -> None:
        for kind, step in (("follows", 2), ("follows_slowly", 7), ("follows_covered", 2)):
            for _ in range(4):
                who, number = self._officer(), self._begin(kind)
                home, first = self.rng.choice(who.calm), self.rng.choice(self.days[:8])
                for turn in range(5):
                    day = first + timedelta(days=turn * step)
                    self._look(who, home, day, "tenant_asked", number)
                    if kind == "follows_covered" and turn == 1:
                        at = self.lines.moment(day, 17)
                        self.lines.leave(who, at, "contact_changed", home, outcome="changed")

        for kind, days in (("follows_card", (0, 1, 3)), ("follows_card_slowly", (2,))):
            for _ in range(4):
                who = self.rng.choice([worker for worker in self.ground.of("caretaker") if worker.homes])
                home, number = self.rng.choice(who.homes), self._begin(kind)
                for day in (FIRST + timedelta(days=7 * week + day) for week in range(4) for day in days):
                    at = self.lines.moment(day, 9 + self.rng.random() * 7)
                    self.lines.leave(who, at, "card_opened", home, purpose="contact", episode=number)

    def plant_families(self) -> None:
        few = rare([home for home in self.ground.homes if not home.moves], 8)
        *officers, last = self.ground.of("officer")
        for officer, number in zip(officers * 6, range(6), strict=False):
            near = [home for home in officer.calm if home.last and len(few.get(folded(home.last), ())) in range(1, 9)]
            home = self.rng.choice(near)
            if number < len(officers):
                rename(self.copying, officer, f"{officer.name.split()[0]} {home.last}")
            home = self.rng.choice(bearing(officer.calm, officer.name) or [home])
            self._look(officer, home, self.rng.choice(self.days[3:]), "tenant_asked", self._begin("family"))
        by_name = rare(self.ground.homes, len(self.ground.homes))
        common = max(by_name.values(), key=len)
        officer = last
        rename(self.copying, officer, f"{officer.name.split()[0]} {common[0].last}")
        for home in bearing(officer.calm, officer.name)[:2]:
            self._look(officer, home, self.rng.choice(self.days), "tenant_asked", self._begin("family_common"))
        for _ in range(4):
            who = self._officer()
            self._look(
                who,
                self.rng.choice(who.calm),
                self.rng.choice(self.days),
                "tenant_asked",
                self._begin("family_other_name"),
            )

    def plant_colleagues(self) -> None:
        for number, colleague in enumerate(self.ground.of("caretaker")[:6]):
            who = self._officer()
            home = self.rng.choice(who.calm)
            kind = "colleague" if number < 4 else "colleague_other_name"
            if number < 4:
                rename(self.copying, colleague, home.whole)
            self._look(who, home, self.rng.choice(self.days), "tenant_asked", self._begin(kind))

    def plant_harvests(self) -> None:
        for kind, many, apart in (("harvest", 30, 16), ("harvest", 30, 15), ("harvest_slow", 40, 180)):
            who, number, day = self._officer(), self._begin(kind), self.rng.choice(self.days)
            for rank, home in enumerate(self.rng.sample(who.homes, many)):
                self._look(who, home, day, "accounting", number, 18.2 + rank * apart / 3600)

    def plant_probes(self) -> None:
        for kind, apart in (("probing", 5), ("probing", 8), ("probing_slow", 24 * 60)):
            who, number = self.rng.choice(self.ground.of("caretaker")), self._begin(kind)
            first = self.lines.moment(self.rng.choice(self.days[:10]), 13)
            for turn, home in enumerate(self.rng.sample(self.ground.homes, 7)):
                at = first + timedelta(minutes=turn * apart)
                about = ("residence", home.lease)
                self.lines.leave(
                    who, at, "refused", outcome="missing", about=about, permission="card_view", episode=number
                )

    def plant_refused_attempts(self) -> None:
        for kind in ("wall", "wall", "wall_by_another"):
            who, number, first = self._officer(), self._begin(kind), self.rng.choice(self.days[:12])
            home = self.rng.choice(who.calm)
            for turn in range(2 if kind == "wall" else 1):
                at = self.lines.moment(first + timedelta(days=7 * turn), 12)
                episode = number if kind == "wall" else 0
                self.lines.leave(who, at, "wall_met", outcome="refused", episode=episode, reference=home.account[:14])
            if kind == "wall_by_another":
                self._look(self._officer(), home, first, "tenant_asked", number)
        for tries, kind in (
            (7, "guessing"),
            (6, "guessing"),
            (3, ""),  # These three sign-ins are no misuse: they fail because an officer's telephone shows a wrong time.
        ):
            who = self._officer()
            number, at = self._begin(kind) if kind else 0, self.lines.moment(self.rng.choice(self.days), 20)
            for turn in range(tries):
                minute = at + timedelta(minutes=turn)
                self.lines.leave(who, minute, "sign_in_failed", outcome="refused", episode=number, permission="")

    def plant_oversight(self) -> None:
        [dpo], officers = self.ground.of("dpo"), self.ground.of("officer")
        administrator, caretaker = self.ground.of("access_administrator")[-1], self.ground.of("caretaker")[-1]
        for reason, kind in (
            ("control", "officer_person"),
            ("left_post", "officer_person"),
            ("complaint", "officer_person_true"),
        ):
            at = self.lines.moment(date(2026, 10, 13), 16)
            person = self.rng.choice(officers).id
            self.lines.leave(dpo, at, "person_looks_read", episode=self._begin(kind), reason=reason, person=person)
        about = ("account", self.rng.choice(self.ground.homes).account)
        at = self.lines.moment(date(2026, 10, 14), 12)
        number = self._begin("officer_account")
        self.lines.leave(dpo, at, "history_read", about=about, permission="trace_read", episode=number, scope="account")
        number = self._begin("administrator_rights")
        for turn in range(4):
            at, about = self.lines.moment(date(2026, 10, 12) + timedelta(days=turn), 15), ("person", caretaker.id)
            self.lines.leave(administrator, at, "rights_read", about=about, episode=number, question="reach")
        self.plant_brief_access(administrator, self.ground.of("caretaker")[-2])
        number = self._begin("officer_words")
        for turn in range(14):
            at = self.lines.moment(date(2026, 10, 29), 17) + timedelta(minutes=turn)
            self.lines.leave(dpo, at, "words_counted", episode=number, permission="texts_inspect", words=1)

    def plant_brief_access(self, by: Worker, to: Worker) -> None:
        number, home = self._begin("administrator_access"), self.rng.choice(self.ground.homes)
        key = self.lines.leave(by, self.lines.moment(date(2026, 10, 20), 9), "home", permission="home")
        self.lines.rows.pop()
        put(
            "INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, ended_on, reason,"
            " end_reason, given_at) VALUES (%s, %s, 'caretaker', %s, '2026-10-20', '2026-12-31', '2026-10-22',"
            " 'reinforcement', 'error', '2026-10-20')",
            key,
            to.id,
            home.building,
        )
        at, about = self.lines.moment(date(2026, 10, 20), 9), ("assignment", key)
        self.lines.leave(by, at, "assignment_granted", outcome="changed", about=about, episode=number, person=to.id)
        self.lines.leave(to, at + timedelta(days=1), "card_opened", home, purpose="contact", episode=number)

    def plant_programs(self) -> None:
        """Add a machine client. Opening three accounts a day is its normal work. On the twelfth day it opens sixty
        accounts within an hour, which is misuse."""
        officer, key = self._officer(), str(UUID(int=self.rng.getrandbits(128), version=4))
        put(
            "INSERT INTO access_person (id, email, name, employed_at_id, is_active, is_machine, password, joined_at)"
            " SELECT %s, 'releves@machine.invalid', 'Relevés de banque', id, true, true, '', '2026-09-01'"
            " FROM access_place WHERE parent_id IS NULL",
            key,
        )
        machine = Worker(key, "Relevés de banque", "officer", officer.homes)
        for rank, day in enumerate(self.days[:12]):
            number = self._begin("program") if rank == 11 else 0
            for turn, home in enumerate(self.rng.sample(officer.homes, 60 if number else 3)):
                self._look(machine, home, day, "accounting", number, 20 + turn / 60)

    def plant_guesses(self) -> None:
        for kind, apart in (("counter_names", 2), ("counter_names_slow", 7 * 24 * 60)):
            who, number = self.rng.choice(self.ground.of("front_desk")), self._begin(kind)
            about, first = ("account", self.rng.choice(self.ground.homes).account), self.lines.moment(FIRST, 11)
            for turn in range(6 if kind == "counter_names" else 4):
                facts: dict[str, Any] = {
                    "outcome": "attempted",
                    "about": about,
                    "permission": "identity_check",
                    "episode": number,
                }
                self.lines.leave(who, first + timedelta(minutes=turn * apart), "identity_missed", **facts)
