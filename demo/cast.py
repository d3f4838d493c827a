"""Invented employees of the demonstration's landlord.

An employee with a `story` (a line that says what to try as this person) can be chosen on the demonstration's sign-in
page.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.grants.reasons import StartReason
from access.roles import ROLES
from demo.populate.names import Name
from demo.populate.staff import Staff
from demo.tree import TOWER_PARTS, Landlord
from formats.folding import folded


@dataclass(frozen=True)
class Post:
    """A role of an employee at a place. `first` and `last` are the first and last day of the assignment, counted from
    today: -400 is 400 days ago."""

    role: str
    place: str
    first: int = -400
    last: int = 365
    reason: str = StartReason.POSTING


@dataclass(frozen=True)
class Member:
    name: str
    employed_at: str
    posts: tuple[Post, ...]
    story: str | Promise = ""

    @property
    def first_role(self) -> str:
        """Return the name of the person's first role, followed by the place where the person has it. The place is left
        out if it is the whole landlord."""
        if not self.posts:
            return "aucune affectation"
        post = self.posts[0]
        where = "" if post.place == settings.HOUSE_NAME else f", {post.place}"
        return f"{ROLES[post.role].name}{where}"


def caretaker(
    name: str, sector: str, *places: str, story: str | Promise = "", first: int = -400, last: int = 365
) -> Member:
    return Member(name, sector, tuple(Post("caretaker", place, first, last) for place in places), story)


def one_post(name: str, role: str, place: str, story: str | Promise = "") -> Member:
    return Member(name, place, (Post(role, place),), story)


LOW, HIGH = TOWER_PARTS[0][0], TOWER_PARTS[1][0]
TELEGRAPHE, FETES, QUAI = "Secteur Télégraphe", "Secteur des Fêtes", "Secteur Quai"
DAUMESNIL, BIEVRE, TOLBIAC = "Secteur Daumesnil", "Secteur Bièvre", "Secteur Tolbiac"
BELLEVILLE, BERCY, GOBELINS = "Agence Belleville", "Agence Bercy", "Agence Gobelins"
WEEK = StartReason.STAND_IN_ABSENCE


CARETAKERS = (
    caretaker("Awa Diakité", TELEGRAPHE, "Les Glycines", story=_("remplacée cette semaine, garde ses accès")),
    Member(
        "Bruno Lefèvre",
        TELEGRAPHE,
        (Post("caretaker", "Le Clos des Lilas"), Post("caretaker", "Les Glycines", -1, 5, WEEK)),
        _("remplace Awa cette semaine, d’astreinte la nuit"),
    ),
    caretaker("Nadège Aubry", TELEGRAPHE, "Le Réservoir"),
    caretaker("Samuel Okafor", FETES, LOW, story=_("le bas de la tour")),
    caretaker("Teresa Da Silva", FETES, HIGH, story=_("le haut de la tour, même adresse")),
    caretaker("Chloé Martin", FETES, "Le Passage aux Soies", last=-1, story=_("partie hier\u00a0: plus aucun accès")),
    caretaker("Olga Brun", FETES, "Le Passage aux Soies", first=0, story=_("prend la suite depuis aujourd’hui")),
    Member(
        "Denis Roux",
        QUAI,
        (Post("caretaker", "Les Tonneliers"), Post("officer", FETES)),
        _("et les comptes d’un autre secteur, sans ses fiches"),
    ),
    caretaker("Yacine Benali", QUAI, "Les Entrepôts"),
    caretaker("Maud Kerviel", DAUMESNIL, "La Villa du Bel-Air"),
    caretaker("Paulo Fernandes", DAUMESNIL, "Les Marronniers"),
    caretaker("Ghislaine Poirier", BIEVRE, "Les Tanneurs"),
    caretaker("Minh Tran", BIEVRE, "Le Moulin"),
    caretaker("Rosalie Grondin", TOLBIAC, "Les Olympes"),
    caretaker("Étienne Vasseur", TOLBIAC, "La Butte aux Merles"),
)
MANAGERS = (
    one_post("Georges Petit", "sector_manager", TELEGRAPHE, _("confie des remplacements")),
    one_post("Sandrine Leblond", "sector_manager", FETES),
    one_post("Hakim Zerrouki", "sector_manager", QUAI),
    one_post("Claire Jolivet", "sector_manager", DAUMESNIL),
    one_post("Adama Traoré", "sector_manager", BIEVRE),
    one_post("Monique Sellier", "sector_manager", TOLBIAC),
)
OFFICERS = (
    one_post("Élise Bernard", "officer", BELLEVILLE, _("voit le ménage discret, étant désignée")),
    one_post("Victor Salaün", "officer", BELLEVILLE, _("ne voit pas ce ménage")),
    one_post("Fatou Ndiaye", "officer", BERCY, _("l’agence voisine")),
    one_post("Laurent Picard", "officer", BERCY),
    one_post("Jeanne Moulin", "officer", GOBELINS),
    one_post("Rachid Mansouri", "officer", GOBELINS),
)
OTHERS = (
    one_post("Paola Ricci", "front_desk", BELLEVILLE, _("le guichet de l’agence")),
    one_post("Ahmed Belkacem", "front_desk", settings.HOUSE_NAME, _("répond au téléphone pour tout l’organisme")),
    one_post("Hélène Faure", "accountant", settings.HOUSE_NAME, _("lit des références, pas des noms")),
    one_post("Inès Haddad", "dpo", settings.HOUSE_NAME, _("lit toute la trace")),
    one_post("Jules Moreau", "access_administrator", settings.HOUSE_NAME, _("gère les accès, n’ouvre aucun compte")),
    one_post("Corinne Vidal", "access_administrator", settings.HOUSE_NAME, _("approuve ce que Jules demande")),
    one_post("Paul Nguyen", "data_steward", settings.HOUSE_NAME, _("importe des fichiers, n’ouvre aucun dossier")),
    Member(
        "Simone Aubry",
        settings.HOUSE_NAME,
        (Post("inspector", settings.HOUSE_NAME, first=0, last=29),),
        _("contrôle pendant trente jours, ne modifie rien"),
    ),
    one_post("Aline Perrin", "allocation_officer", BELLEVILLE, _("instruit les demandes, sans liste")),
    one_post("Basile Comte", "allocation_officer", BERCY),
    one_post("Nour Haddad", "allocation_officer", GOBELINS),
    one_post("Sacha Weil", "ground_examiner", BELLEVILLE, _("sans liste des demandes")),
    one_post("Rosa Lopes", "allocation_manager", settings.HOUSE_NAME, _("oriente les logements vacants")),
    one_post("Théo Marchal", "allocation_manager", settings.HOUSE_NAME),
    one_post("Camille Roux", "committee_chair", settings.HOUSE_NAME, _("préside la commission d’attribution")),
    one_post("Mehdi Saïdi", "committee_member", settings.HOUSE_NAME, _("représente les locataires")),
    one_post("Marion Blanc", "committee_member", settings.HOUSE_NAME, _("représente le maire, voix prépondérante")),
    one_post("Odile Faye", "committee_member", settings.HOUSE_NAME, _("siège pour l’organisme")),
    one_post("Nadia Belhadj", "nominator", settings.HOUSE_NAME, _("voit les logements orientés vers la Ville")),
    Member("Noël Caron", BELLEVILLE, (), _("embauché, sans affectation")),
)
# ON_CALL lists the employees on call this week, as (person, sector, manager who assigned the duty).
ON_CALL = (("Bruno Lefèvre", TELEGRAPHE, "Georges Petit"), ("Samuel Okafor", FETES, "Sandrine Leblond"))
MEMBERS = (*CARETAKERS, *MANAGERS, *OFFICERS, *OTHERS)


def hire(staff: Staff, landlord: Landlord) -> dict[str, str]:
    """Add the invented employees, listed in MEMBERS, and their assignments to `staff`. Return their person ids by
    name."""
    people = {}
    for member in MEMBERS:
        first, last = member.name.split(" ", 1)
        name = Name("", first, last, folded(f"{last} {first}"))
        people[member.name] = person = staff.hire(landlord.places[member.employed_at], name)
        for post in member.posts:
            staff.post(person, post.role, landlord.places[post.place], post.first, post.last, post.reason)
    for who, place, manager in ON_CALL:
        staff.put_on_call(people[who], landlord.places[place], people[manager])
    return people
