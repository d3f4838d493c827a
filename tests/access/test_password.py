"""One's own password: changed by who has one, chosen by the letter by who has none yet."""

from tests.builders import OWNER


def test_whoever_enters_without_a_password_is_led_to_the_letter(house, sign_in):
    answer = sign_in("elise").get("/entrer/mot-de-passe/")
    assert (answer.status_code, answer["Location"]) == (302, "/entrer/oubli/")


def test_whoever_has_one_is_asked_for_it(house, sign_in):
    elise = house.person("elise")
    elise.set_password("une-loge-et-mille-portes")
    elise.save(using=OWNER, update_fields=["password"])
    answer = sign_in("elise").get("/entrer/mot-de-passe/")
    assert answer.status_code == 200 and "oldpassword" in answer.content.decode()
