"""Sign out on a shared computer, and check that the Back button then shows nothing of the session."""

from playwright.sync_api import Error

from tests.e2e.visit import Visit


def goes_home(somebody: Visit, *shown: str) -> None:
    """Sign out, go back twice, and check that no page shows any of the words in `shown` again."""
    assert shown, "no words to look for"
    somebody.sign_out()
    for _ in range(2):
        try:
            somebody.page.go_back()
            somebody.page.get_by_label("Mot de passe").wait_for()
        except Error as error:
            # The browser refuses to go back to the answer of a form, because it would have to send the form again.
            assert "ERR_CACHE_MISS" in str(error)
        else:
            somebody.does_not_see(*shown)
