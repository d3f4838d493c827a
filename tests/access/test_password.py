"""Changing one's own password, or choosing a first one through an emailed link."""

from tests.builders import OWNER


def test_a_person_without_a_password_is_redirected_to_the_reset_page(landlord, sign_in):
    answer = sign_in("elise").get("/entrer/mot-de-passe/")
    assert (answer.status_code, answer["Location"]) == (302, "/entrer/oubli/")


def test_a_person_with_a_password_is_asked_for_it(landlord, sign_in):
    elise = landlord.person("elise")
    elise.set_password("une-loge-et-mille-portes")
    elise.save(using=OWNER, update_fields=["password"])
    answer = sign_in("elise").get("/entrer/mot-de-passe/")
    assert answer.status_code == 200 and "oldpassword" in answer.content.decode()
