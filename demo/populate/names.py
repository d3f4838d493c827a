"""Names of invented people. Lists of names are drawn once from Faker and then combined at random, because a million
calls to Faker would take an hour."""

from dataclasses import dataclass
from random import Random

from formats.folding import folded

DRAWS = 4_000
# LAST adds to Faker's French last names: it lists last names that are common in French towns, but missing in Faker.
LAST = """
Abdallah Akhtar Bâ Bamba Belkacem Ben_Youssef Benali Bensaïd Camara Chen Cissé Coulibaly Da_Silva Diabaté Diakité
Diallo Diarra Diop Dos_Santos Fernandes Fofana Haddad Kaya Keïta Khelifi Kone Kovačević Le_Bihan Le_Goff Lê Mansouri
Mendy N’Diaye Nguyen Ouattara Pereira Popescu Rahmani Sow Sylla Tavares Touré Traoré Tran Yıldız Zerrouki Zhang Œuvrard
"""
WOMEN = """
Aïcha Aminata Awa Fatou Fatoumata Inès Khadija Leïla Linh Lúcia Mariam Nadia Naïma Rosa Samira Sofia Yasmine Zoé
"""
MEN = """
Abdoulaye Ahmed Amadou Bakary Cheikh Eduardo Farid Ibrahima Karim Malik Mamadou Mehdi Minh Mohamed Moussa Rachid
"""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an invented person. `key` is the last and first name without case and accents, for searches (see
    `formats.folding.folded`)."""

    title: str
    first: str
    last: str
    key: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"


class Names:
    """Draws invented names from lists that Faker generates from a seed. Each draw uses the given Random object, so that
    the same seed and the same state of this object give the same name."""

    def __init__(self, seed: int) -> None:
        # Faker is imported only when names are drawn, because the import is slow.
        from faker import Faker

        faker = Faker("fr_FR")
        faker.seed_instance(seed)
        self.last = _pool([faker.last_name() for _ in range(DRAWS)], LAST)
        self.women = _pool([faker.first_name_female() for _ in range(DRAWS)], WOMEN)
        self.men = _pool([faker.first_name_male() for _ in range(DRAWS)], MEN)

    def person(self, rng: Random, last: tuple[str, str] | None = None) -> Name:
        """Draw a person's name at random. If `last` is given, it is used as last name."""
        title, pool = ("mrs", self.women) if rng.random() < 0.54 else ("mr", self.men)
        (first, first_key), (family, family_key) = rng.choice(pool), last or rng.choice(self.last)
        return Name(title, first, family, f"{family_key} {first_key}")

    def family(self, rng: Random) -> tuple[str, str]:
        return rng.choice(self.last)

    def street(self, rng: Random) -> str:
        """Draw a street name that contains an invented person's name."""
        kind = rng.choice(("rue", "rue", "rue", "avenue", "allée", "passage", "square", "boulevard"))
        first, last = rng.choice(self.women + self.men)[0], rng.choice(self.last)[0]
        return f"{kind} {first} {last}"


def _pool(drawn: list[str], more: str) -> list[tuple[str, str]]:
    """Return the distinct names of `drawn` and `more`, each as a pair: the name, and for searches the name without case
    and accents."""
    texts = list(dict.fromkeys([*drawn, *(word.replace("_", " ") for word in more.split())]))
    return [(text, folded(text)) for text in texts]
