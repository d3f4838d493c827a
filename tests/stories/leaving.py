"""How a day ends: handing the screen over, and what Back shows then."""

from playwright.sync_api import Error

from tests.stories.visit import Visit


def goes_home(somebody: Visit, *shown: str) -> None:
    """`shown`: words of the pages seen, which nobody who comes after may read."""
    assert shown, "say what must not come back"
    somebody.sign_out()
    for _ in range(2):
        try:
            somebody.page.go_back()
            somebody.page.get_by_label("Mot de passe").wait_for()
        except Error as told:  # of what answered a form the browser kept nothing: it would have to send it again
            assert "ERR_CACHE_MISS" in str(told)
        else:
            somebody.does_not_see(*shown)
