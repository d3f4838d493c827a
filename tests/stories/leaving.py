"""How a day ends: handing the screen over, and what Back shows then."""

from tests.stories.visit import Visit


def goes_home(somebody: Visit, *shown: str) -> None:
    """`shown`: words of the pages seen, which nobody who comes after may read."""
    assert shown, "say what must not come back"
    somebody.sign_out()
    for _ in range(2):
        somebody.page.go_back()
        somebody.page.get_by_label("Mot de passe").wait_for()
        somebody.does_not_see(*shown)
    somebody.looks_over()
