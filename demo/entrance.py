"""Sign-in by one click and without a password, for the demonstration only.

With this sign-in, Loge refuses to start on a machine that other machines can reach. A person who signed in this way can
register a security key as usual, and must use the key from then on.
"""

from collections.abc import Set

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from access.deploy_checks import is_exposed
from access.models import Person
from access.roles import ROLES
from access.signin.allauth_internals import record_authentication
from access.signin.proofs import prove
from demo.cast import MEMBERS

# The groups of the sign-in page and the codes of their roles. People without a role are in the last group.
GROUPS: tuple[tuple[Promise | str, Set[str]], ...] = (
    (_("Dans les immeubles"), {"caretaker", "sector_manager", "on_call"}),
    (_("En agence"), {"officer", "front_desk", "accountant"}),
    (
        _("Attribution des logements"),
        {"allocation_officer", "allocation_manager", "committee_member", "committee_chair", "ground_examiner"},
    ),
    (_("Accès, données et contrôle"), {"access_administrator", "data_steward", "dpo", "inspector"}),
)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def open_here() -> bool:
    return bool(settings.DEMO) and not is_exposed()


def people_to_be() -> list[tuple[Promise | str, list[tuple[Person, str]]]]:
    """Return the employees to choose from on the demonstration's sign-in page, by the kind of their first role.

    Each employee comes with a text, which lists the employee's roles and says what to try as this person.
    """
    members = [member for member in MEMBERS if member.story]
    names = [member.name for member in members]
    people = {person.name: person for person in Person.objects.filter(name__in=names, is_active=True)}
    groups: dict[Promise | str, list[tuple[Person, str]]] = {title: [] for title, _roles in GROUPS}
    for member in members:
        if member.name in people:
            roles = {post.role for post in member.posts[:1]}
            title = next((title for title, codes in GROUPS if roles & codes), GROUPS[-1][0])
            posts = (f"{ROLES[post.role].name}, {post.place}" for post in member.posts)
            groups[title].append((people[member.name], " · ".join([*posts, str(member.story)])))
    return [(title, group) for title, group in groups.items() if group]


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    if not open_here():
        raise Http404
    wanted = request.POST.get("person", "")
    people = (person for _title, group in people_to_be() for person, _story in group)
    person = next((candidate for candidate in people if str(candidate.pk) == wanted), None)
    if person is None:
        raise Http404
    record_authentication(request, person, "demonstration")
    prove(request, person, "demonstration")
    login(request, person, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    return redirect("home")
