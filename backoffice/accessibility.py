"""The claims of the accessibility statement, each with the tests that prove it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AXE = "4.12.1"  # AXE is the version of axe-core, which checks pages for accessibility in the tests.


@dataclass(frozen=True)
class Tried:
    claim: Promise | str
    by: tuple[str, ...]  # `by`: tests that prove the accessibility claim, as "file::name"


_LOOK = "tests/e2e/test_look.py::"
_KEYS = "tests/e2e/test_keyboard.py::"
_WALK = "tests/e2e/test_walk.py::test_every_address_of_the_site"
TRIED = (
    Tried(
        _(
            "axe-core ne trouve aucun défaut, sur les pages de tous les rôles, en mode clair et en mode "
            "sombre, de 320 à 1 280 pixels de large."
        ),
        (_WALK, "tests/e2e/visit.py::looks_over"),
    ),
    Tried(
        _("Aucune page ne défile horizontalement à 320 pixels de large, ni à 1 280 pixels avec un zoom de 200 %."),
        (
            _WALK,
            f"{_KEYS}test_pages_keep_their_links_at_200_percent_zoom",
            f"{_LOOK}test_print_forced_colours_zoom_and_tablet_width",
        ),
    ),
    Tried(
        _("Au clavier, un lien mène au contenu, et l’élément qui a le focus est toujours visible."),
        (
            f"{_LOOK}test_focus_is_visible_at_every_tab_stop",
            f"{_KEYS}test_tab_order_follows_the_page_with_visible_focus",
        ),
    ),
    Tried(
        _(
            "Quand un formulaire est refusé, toutes les erreurs sont affichées, reçoivent le focus et mènent à "
            "chaque champ."
        ),
        (_WALK, f"{_LOOK}test_error_summary_takes_focus_and_links_to_the_field"),
    ),
    Tried(
        _(
            "Sur les pages du gardiennage, chaque cible mesure au moins 44 pixels de côté, et le menu reste à "
            "portée du pouce."
        ),
        (f"{_LOOK}test_touch_targets_in_a_tall_building_with_a_long_name",),
    ),
    Tried(
        _("Les pages du gardiennage fonctionnent sans script, et chaque page pèse moins de 60 ko."),
        (
            f"{_LOOK}test_caretaker_pages_work_without_javascript",
            "tests/tenants/test_weight.py::test_no_page_of_a_role_is_heavy",
        ),
    ),
    Tried(
        _(
            "Avec des couleurs imposées, sans animation ou sur papier, les périodes sans gardien restent "
            "visibles et rien ne bouge."
        ),
        (f"{_LOOK}test_print_forced_colours_zoom_and_tablet_width",),
    ),
    Tried(
        _("Chaque phrase de l’interface existe en français et en anglais."),
        ("tests/architecture/test_language.py::test_no_french_words_are_left_in_english",),
    ),
)
UNTRIED = (
    _("les lecteurs d’écran (NVDA, JAWS, VoiceOver, TalkBack) ;"),
    _("Safari et Firefox : les tests n’utilisent que Chromium ;"),
    _("les loupes d’écran, la commande vocale et les contacteurs ;"),
    _("l’usage par des personnes handicapées ;"),
    _("les 106 critères du RGAA, par un audit : axe-core n’en vérifie qu’une partie."),
)
