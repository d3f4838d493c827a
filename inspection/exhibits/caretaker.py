"""Exhibit E6: which pages a caretaker can open. The exhibit's page also lets an inspector view Loge as a caretaker."""

from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.checks import routes
from access.grants.wording import PERMISSIONS
from access.guard.context import AccessContext
from access.guard.shown_as import MASKED
from access.models import Assignment, Person
from access.pages.fields import PersonField
from access.permissions import FOR_EVERYONE
from access.roles import CARETAKER
from inspection.exhibits.question import Question
from inspection.exhibits.shape import Row, Table


class Caretaker(Question):
    person = PersonField(label=gettext_lazy("Agent"), help_text=gettext_lazy("Son adresse professionnelle ou son nom."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignments = self.access.rows(Assignment).in_force(self.access.day).filter(role=CARETAKER.code).order_by()
        people = self.access.rows(Person).filter(is_active=True, pk__in=assignments.values("person"))
        cast(PersonField, self.fields["person"]).offer(people)


def pages(access: AccessContext, question: Caretaker) -> list[Table]:
    """Return a table with a row for each permission that pages require.

    Each row says whether caretakers have the permission, and whether an inspector who views Loge as a caretaker sees
    the pages that require the permission.
    """
    access.note(person=question.cleaned_data["person"].pk)
    note = _(
        "Pages affichées : ouvertes selon les règles de la base pour cet agent, avec d’autres noms, "
        "numéros et portes, sans les aides ni les faits. Rien ne peut y être modifié. L’accès dure quinze "
        "minutes, et chaque page est enregistrée dans la trace au nom de la personne qui contrôle."
    )
    doors = (getattr(pattern.callback, "door", None) for _path, pattern in routes())
    permissions = {door.permission: door.permission.compartment in MASKED for door in doors if door and not door.api}
    rows: list[Row] = []
    for permission, masked in permissions.items():
        opens = permission in CARETAKER.permissions or permission in FOR_EVERYONE
        viewable = _("oui, en lecture") if opens and masked else _("non")
        rows.append([permission.value, str(PERMISSIONS[permission]), _("ouverte") if opens else _("refusée"), viewable])
    heads = [_("Page"), _("Permission demandée"), _("Accordée au gardien"), _("Affichée ici")]
    return [Table(_("Pages accessibles à un gardien"), heads, rows, note)]
