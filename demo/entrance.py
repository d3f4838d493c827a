"""Sign-in by one click and without a password, for the demonstration only.

If a machine is reachable from other machines, Loge refuses to start there with this sign-in enabled. A person who
signed in this way can register a security key as usual, and must use the key from then on.
"""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access.deploy_checks import is_exposed
from access.models import Person
from access.roles import ROLES
from access.signin.allauth_internals import record_authentication
from access.signin.proofs import prove
from demo.cast import MEMBERS

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def open_here() -> bool:
    return bool(settings.DEMO) and not is_exposed()


def people_to_be() -> list[tuple[Person, str]]:
    """Return the employees to choose from on the demonstration's sign-in page, in the order of `demo.cast.MEMBERS`.

    Each employee comes with a text, which lists the employee's roles and says what to try as this person.
    """
    stories = {}
    for member in MEMBERS:
        if member.story:
            posts = (f"{ROLES[post.role].name}, {post.place}" for post in member.posts)
            stories[member.name] = " · ".join([*posts, str(member.story)])
    people = {person.name: person for person in Person.objects.filter(name__in=stories, is_active=True)}
    return [(people[name], story) for name, story in stories.items() if name in people]


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    if not open_here():
        raise Http404
    wanted = request.POST.get("person", "")
    person = next((candidate for candidate, _story in people_to_be() if str(candidate.pk) == wanted), None)
    if person is None:
        raise Http404
    record_authentication(request, person, "demonstration")
    prove(request, person, "demonstration")
    login(request, person, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    return redirect("home")
