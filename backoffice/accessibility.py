"""The claims of the accessibility statement, each with the tests that verify it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AXE = "4.12.1"  # the version of axe-core that the tests run


@dataclass(frozen=True)
class Tried:
    claim: Promise | str
    by: tuple[str, ...]  # "file::test" or "file::function"


_LOOK = "tests/stories/test_look.py::"
_KEYS = "tests/stories/test_keyboard.py::"
_WALK = "tests/stories/test_walk.py::test_every_address_of_the_site"
TRIED = (
    Tried(
        _("axe-core ne trouve rien, sur aucune page d’aucun rôle, claire ou sombre, de 320 à 1 280 pixels de large."),
        (_WALK, "tests/stories/visit.py::looks_over"),
    ),
    Tried(
        _("Aucune page ne défile de côté à 320 pixels, ni agrandie deux fois à 1 280."),
        (
            _WALK,
            f"{_KEYS}test_enlarged_to_twice_its_size_a_page_loses_nothing_and_nothing_moves",
            f"{_LOOK}test_paper_forced_colours_zoom_and_the_middle_width",
        ),
    ),
    Tried(
        _("Au clavier : un lien mène au contenu, et le focus se voit où qu’il soit, sans rien par-dessus."),
        (
            f"{_LOOK}test_the_keyboard_is_seen_wherever_it_stands",
            f"{_KEYS}test_the_keyboard_goes_as_one_reads_and_is_seen",
        ),
    ),
    Tried(
        _("Un formulaire refusé dit tout ce qui ne va pas, prend le focus et mène à chaque champ."),
        (_WALK, f"{_LOOK}test_what_is_wrong_takes_the_focus_and_leads_to_its_field"),
    ),
    Tried(
        _("Sur les pages du gardien, chaque cible fait 44 pixels de côté, et le menu reste sous le pouce."),
        (f"{_LOOK}test_a_thumb_a_tall_building_and_a_long_name",),
    ),
    Tried(
        _("Les pages du gardien servent sans script, et aucune page ne pèse 60 ko."),
        (f"{_LOOK}test_without_a_script", "tests/tenants/test_weight.py::test_no_page_of_a_role_is_heavy"),
    ),
    Tried(
        _("Couleurs imposées, mouvement réduit et papier : les trous de la couverture se voient, rien ne bouge."),
        (f"{_LOOK}test_paper_forced_colours_zoom_and_the_middle_width",),
    ),
    Tried(
        _("Chaque phrase de l’interface est en français et en anglais."),
        ("tests/architecture/test_language.py::test_no_french_is_left_in_english",),
    ),
)
UNTRIED = (
    _("aucun lecteur d’écran (NVDA, JAWS, VoiceOver, TalkBack) ;"),
    _("ni Safari, ni Firefox : les essais se font dans Chromium seul ;"),
    _("ni loupe d’écran, ni commande vocale, ni contacteur ;"),
    _("aucune personne handicapée n’a encore essayé Loge ;"),
    _("aucun audit des 106 critères du RGAA n’a été mené : axe-core n’en voit qu’une partie."),
)
