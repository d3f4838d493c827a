"""Sorting of legacy comments: the progress, and one sealed line at a time to read and decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from buildings.models import Address
from casework import legacy_comment_queue, screening_results
from casework.actions.legacy_comments import NOTE_CODE, agree_to_keep, erase_line, propose_keeping, replace_line
from casework.forms.facts import FactForm
from casework.forms.legacy_comments import ChoiceOfFactForm, GroundForm
from casework.models import AllowedWording, FactCode, FactScope, LegacyComment, LegacyCommentFile
from privacy.screened import find_disclosures
from screening import Context, Finding

READ_AT_MOST = 2_000  # characters of a line that are screened
SUGGESTED = 4


@dataclass(frozen=True)
class Act:
    """The action of a button, and the message after it succeeded."""

    act: Callable[..., Any]
    message: Promise | str
    form: forms.Form
    values: Callable[[], dict[str, Any]] = dict


@door(Permission.INHERITANCE_READ, get_event=events.LIST_SHOWN)
def legacy_comments(request: DoorRequest) -> HttpResponse:
    """Legacy comment files with their counts, and the lines that wait in each agency. No sentence is shown."""
    access = request.access
    access.note(list="inheritance")
    files = list(access.rows(LegacyCommentFile).order_by("-begun_on", "-imported", "id"))
    groups = list(legacy_comment_queue.groups())
    context = {"files": files, "agencies": groups, "may_sort": access.holds(Permission.INHERITANCE_SORT)}
    return render(request, "casework/legacy_comments.html", context)


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
    codes = _codes(access)
    wanted = request.POST.get("fact") or request.GET.get("fait", "")
    code = codes.get(wanted)
    acts = _acts(request, line, code)
    if request.method == "POST" and _acted(request, line, acts, may_sort):
        following = legacy_comment_queue.after(line)
        return redirect("inherited_line", pk=following) if following else redirect("inheritance")
    text = line.sentence.reveal()
    findings = find_disclosures(text[:READ_AT_MOST], _around(access, line), READ_AT_MOST)
    context: dict[str, Any] = {
        "line": line,
        "category": legacy_comment_queue.KINDS[line.category],
        "may_sort": may_sort,
        "code": code,
    }
    context |= {
        "pieces": screening_results.pieces(text, findings),
        "findings": findings,
        "standing": legacy_comment_queue.standing(line),
    }
    context |= {"suggested": _suggested(findings, codes), "choice": ChoiceOfFactForm(codes.values())}
    context |= {"following": legacy_comment_queue.after(line), "mine": line.proposed_by_id == access.person.pk}
    context |= {
        "plain": acts["erase"].form,
        "ground": acts["keep"].form,
        "fact": acts["replace"].form if code else None,
    }
    return render(request, "casework/legacy_comment.html", context)


def _acts(request: DoorRequest, line: LegacyComment, code: FactCode | None) -> dict[str, Act]:
    sent = request.POST if request.method == "POST" else None
    plain, ground = forms.Form(sent), GroundForm(sent if sent and "keep" in sent else None)
    fact = _fact_form(request, line, code) if code else forms.Form()
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


def _fact_form(request: DoorRequest, line: LegacyComment, code: FactCode) -> FactForm:
    sent = request.POST if request.method == "POST" and "replace" in request.POST else None
    of_its_day = {"date": line.first_written_on} if not code.ends_by_its_date else {}
    return FactForm(sent, code=code, day=request.access.day, contacts={}, initial=of_its_day)


def _acted(request: DoorRequest, line: LegacyComment, acts: dict[str, Act], may_sort: bool) -> bool:
    wanted = next((act for name, act in acts.items() if name in request.POST), None)
    if wanted is None or not may_sort or ("replace" in request.POST and not isinstance(wanted.form, FactForm)):
        raise Http404
    if not (wanted.form.is_valid() and done(wanted.form, wanted.act, request, line=line, **wanted.values())):
        return False
    messages.success(request, str(wanted.message))
    return True


def _codes(access: AccessContext) -> dict[str, FactCode]:
    """Fact codes for accounts that refer to no contact, because those who sort may not read the contacts."""
    codes = access.rows(FactCode).in_use(FactScope.ACCOUNT)
    return {
        code.pk: code
        for code in codes
        if code.pk != NOTE_CODE and not any(slot.type == "contact" for slot in code.slots)
    }


def _suggested(findings: list[Finding], codes: dict[str, FactCode]) -> list[FactCode]:
    named = dict.fromkeys(fact for finding in findings for fact in finding.facts if fact in codes)
    return [codes[fact] for fact in named][:SUGGESTED]


def _around(access: AccessContext, line: LegacyComment) -> Context:
    """The words that the screening accepts here: streets of the building and approved wordings, but no names."""
    streets = frozenset(address.street for address in access.rows(Address).filter(building=line.building_id))
    return Context(streets=streets, allowed=frozenset(wording.text for wording in access.rows(AllowedWording)))
