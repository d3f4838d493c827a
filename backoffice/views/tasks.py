"""Page that lists what waits for the signed-in person, today and on the next days, without names of residents or
employees.

On this page, the person also chooses whether to get an email on days when something waits.
"""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import MailChoice
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from backoffice.actions import choose_mail
from backoffice.forms import MailForm
from backoffice.waiting.counting import Waiting, waiting_of
from backoffice.waiting.lines import MOST


@dataclass
class Task:
    """One entry of the page of waiting tasks: a kind of task, and how many of this kind wait.

    `day` is the earliest day of these tasks, and `late` counts those whose day is past.
    """

    label: Promise | str
    url: str
    day: date | None
    number: int = 0
    late: int = 0

    @property
    def is_cut(self) -> bool:
        return self.number >= MOST


@door(Permission.HOME, get_event=events.LIST_SHOWN, post_event=events.FORM_SUBMITTED)
def tasks(request: DoorRequest) -> HttpResponse:
    access = request.access
    form = MailForm(request.POST if request.method == "POST" else None)
    language = get_language() or settings.LANGUAGE_CODE
    if form.is_valid() and done(form, choose_mail, request, wanted=form.cleaned_data["wanted"], language=language):
        messages.success(request, _("Votre choix est enregistré."))
        return redirect("tasks")
    access.note(list="tasks")
    waiting = waiting_of(request)
    context = {
        "form": form,
        "declined": access.rows(MailChoice).filter(wanted=False).exists(),
        "day": access.day,
        "today": _tasks([row for row in waiting if row.is_now]),
        "later": [row_task for row in waiting if not row.is_now for row_task in _tasks([row])],
    }
    return render(request, "backoffice/tasks.html", context)


def _tasks(rows: list[Waiting]) -> list[Task]:
    """Merge the numbers of waiting tasks of the same queue and kind into one entry, whatever their days. `rows` are
    sorted by day."""
    tasks: dict[tuple[str, str, str], Task] = {}
    for row in rows:
        key = (row.queue.page, row.queue.permission.value, row.kind)
        task = tasks.setdefault(key, Task(row.label, reverse(row.queue.page), row.day))
        task.number += row.number
        task.late += row.number if row.is_late else 0
    return list(tasks.values())
