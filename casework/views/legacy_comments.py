"""Pages to decide on legacy comments: the list of files with the progress, and a page for each restricted comment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from casework import legacy_comment_queue, screening_results
from casework.actions.legacy_comments import (
    NOTE_CODE,
    agree_to_keep,
    erase_line,
    erase_lines,
    propose_keeping,
    replace_line,
)
from casework.forms.facts import FactForm
from casework.forms.legacy_comments import ChoiceOfFactForm, EraseAllForm, GroundForm
from casework.models import FactCode, FactScope, LegacyComment, LegacyCommentFile
from privacy.screened import find_disclosures

READ_AT_MOST = 2_000  # Only the first READ_AT_MOST characters of a legacy comment are screened.
SUGGESTED = 4
MOST_ERASED = 500


@dataclass(frozen=True)
class Act:
    """A button on the page of a legacy comment: its action, its form, and the message after success."""

    act: Callable[..., Any]
    message: Promise | str
    form: forms.Form
    values: Callable[[], dict[str, Any]] = dict

    def run(self, request: DoorRequest, line: LegacyComment) -> bool:
        if not (self.form.is_valid() and done(self.form, self.act, request, line=line, **self.values())):
            return False
        messages.success(request, str(self.message))
        return True


@door(Permission.INHERITANCE_READ, get_event=events.LIST_SHOWN)
def legacy_comments(request: DoorRequest) -> HttpResponse:
    """List the files of legacy comments, and how many comments wait in each agency. No text is displayed."""
    access = request.access
    access.note(list="inheritance")
    files = list(access.rows(LegacyCommentFile).order_by("-begun_on", "-imported", "id"))
    groups = list(legacy_comment_queue.groups())
    context = {"files": files, "agencies": groups, "may_sort": access.holds(Permission.INHERITANCE_SORT)}
    return render(request, "casework/legacy_comments.html", context)


@door(
    Permission.INHERITANCE_SORT,
    model=LegacyComment,
    get_event=events.LIST_SHOWN,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def legacy_comments_erase(request: DoorRequest, line: LegacyComment) -> HttpResponse:
    """Erase all comments of the same agency and category, without displaying their text.

    Comments that somebody proposed to keep are left out. At most MOST_ERASED comments are erased at once.
    """
    access = request.access
    rows = access.rows(LegacyComment).filter(agency=line.agency_id, category=line.category, ground="")
    waiting = list(rows.order_by("file_id", "line")[:MOST_ERASED])
    buildings = {row.building_id for row in waiting}
    may = {building: access.may(Permission.INHERITANCE_SORT, building) for building in buildings}
    lines = [row for row in waiting if may[row.building_id]]
    access.note(list="inheritance", count=len(lines))
    if not lines:
        raise Http404
    form = EraseAllForm(request.POST if request.method == "POST" else None, len(lines))
    if form.is_valid() and done(form, erase_lines, request, lines=lines):
        message = ngettext("%(n)d ligne effacée.", "%(n)d lignes effacées.", len(lines))
        messages.success(request, message % {"n": len(lines)})
        return redirect("inheritance")
    category = legacy_comment_queue.KINDS[line.category]
    context = {"line": line, "category": category, "count": len(lines), "form": form}
    return render(request, "casework/legacy_comments_erase.html", context)


@door(
    Permission.INHERITANCE_READ,
    model=LegacyComment,
    get_event=events.INHERITED_READ,
    post_event=events.INHERITED_READ,
    reauthenticate=True,
)
@sensitive_variables("text", "findings", "context")
def legacy_comment(request: DoorRequest, line: LegacyComment) -> HttpResponse:
    access = request.access
    may_sort = access.may(Permission.INHERITANCE_SORT, line.building_id)
    # No fact code with a contact field is offered, because people who decide on legacy comments may not see contacts.
    usable = [code for code in access.rows(FactCode).in_use(FactScope.ACCOUNT) if not code.names_contact]
    codes = {code.pk: code for code in usable if code.pk != NOTE_CODE}
    code = codes.get(request.POST.get("fact") or request.GET.get("fait", ""))
    acts = _acts(request, line, code)
    if request.method == "POST":
        wanted = next((act for name, act in acts.items() if name in request.POST), None)
        if wanted is None or not may_sort or ("replace" in request.POST and not isinstance(wanted.form, FactForm)):
            raise Http404
        if wanted.run(request, line):
            following = legacy_comment_queue.after(line)
            return redirect("inherited_line", pk=following) if following else redirect("inheritance")
    text = line.sentence.reveal()
    allowed = screening_results.around(access, line.building_id)
    findings = find_disclosures(text[:READ_AT_MOST], allowed, READ_AT_MOST)
    suggested = dict.fromkeys(fact for finding in findings for fact in finding.facts if fact in codes)
    context: dict[str, Any] = {
        "line": line,
        "category": legacy_comment_queue.KINDS[line.category],
        "may_sort": may_sort,
        "code": code,
        "pieces": screening_results.pieces(text, findings),
        "findings": findings,
        "standing": legacy_comment_queue.standing(line),
        "suggested": [codes[fact] for fact in suggested][:SUGGESTED],
        "choice": ChoiceOfFactForm(codes.values()),
        "following": legacy_comment_queue.after(line),
        "mine": line.proposed_by_id == access.person.pk,
        "plain": acts["erase"].form,
        "ground": acts["keep"].form,
        "fact": acts["replace"].form if code else None,
    }
    return render(request, "casework/legacy_comment.html", context)


def _acts(request: DoorRequest, line: LegacyComment, code: FactCode | None) -> dict[str, Act]:
    sent = request.POST if request.method == "POST" else None
    plain, ground = forms.Form(sent), GroundForm(sent if sent and "keep" in sent else None)
    fact = forms.Form()
    if code:
        initial = {} if code.ends_by_its_date else {"date": line.first_written_on}
        data = sent if sent and "replace" in sent else None
        fact = FactForm(data, code=code, day=request.access.day, contacts={}, initial=initial)
    return {
        "erase": Act(erase_line, gettext_lazy("La ligne est effacée."), plain),
        "agree": Act(agree_to_keep, gettext_lazy("La ligne est conservée dans une note, pour douze mois."), plain),
        "keep": Act(
            propose_keeping,
            gettext_lazy("La conservation est proposée. L’autre service doit donner son accord."),
            ground,
            lambda: ground.cleaned_data,
        ),
        "replace": Act(
            replace_line,
            gettext_lazy("La ligne est remplacée par un fait."),
            fact,
            lambda: {"code": code, "values": {name: fact.cleaned_data[name] for name in fact.fields}},
        ),
    }
