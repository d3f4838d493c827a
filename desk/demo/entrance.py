"""The one-click way in of the demonstration: it exists nowhere else, and start-up refuses it where others could come.

Behind it everything is as it is anywhere: whoever enters so can also choose a key, and be asked for it.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access.exposure import is_exposed
from access.models import Person
from access.proofs import prove
from access.roles import ROLES
from desk.demo.cast import MEMBERS, Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def open_here() -> bool:
    return bool(settings.DEMO) and not is_exposed()


def people_to_be() -> list[tuple[Person, str]]:
    """Those with a story, in the order of the cast: their posts, then what there is to see."""
    stories = {member.name: _told(member) for member in MEMBERS if member.story}
    found = {person.name: person for person in Person.objects.filter(name__in=stories, is_active=True)}
    return [(found[name], story) for name, story in stories.items() if name in found]


def _told(member: Member) -> str:
    posts = (f"{ROLES[post.role].name}, {post.place}" for post in member.posts)
    return " · ".join([*posts, member.story])


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    if not open_here():
        raise Http404
    wanted = request.POST.get("person", "")
    person = next((one for one, _story in people_to_be() if str(one.pk) == wanted), None)
    if person is None:
        raise Http404
    record_authentication(request, person, "demonstration")
    prove(request, person, "demonstration")
    login(request, person, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    return redirect("home")
