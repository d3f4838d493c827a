"""The certificate of destruction for a file of comments of an older system, as a page and as a PDF."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from casework import legacy_comment_queue
from casework.actions.certificates import issue_certificate
from casework.certificate_pdf import certificate_pdf
from casework.certificates import summarize
from casework.models import DestructionCertificate, LegacyCommentFile


def _file(request: DoorRequest, pk: object) -> LegacyCommentFile:
    """Return the legacy comment file with this key, or raise Http404 if the person may not read it.

    A file belongs to no building, so the permission check of the view (`@door`) checks no building. Row-level security
    policies decide who may read the file's row.
    """
    file: LegacyCommentFile | None = request.access.rows(LegacyCommentFile).filter(pk=pk).first()
    if file is None:
        raise Http404
    request.access.note(inheritance=file.pk)
    return file


def _may_issue(request: DoorRequest) -> bool:
    """Whether the person may issue a certificate: only a data steward of the whole landlord may.

    `for_the_landlord()` excludes everybody else who has the permission, such as the manager of a place.
    """
    return request.access.holds(Permission.INHERITANCE_SORT) and legacy_comment_queue.for_the_landlord()


@door(Permission.INHERITANCE_READ, get_event=events.CERTIFICATE_SHOWN, post_event=events.CERTIFICATE_SHOWN)
def certificate(request: DoorRequest, pk: object) -> HttpResponse:
    file = _file(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not _may_issue(request):
            raise Http404
        if form.is_valid() and done(form, issue_certificate, request, file=file):
            messages.success(request, _("Le certificat est établi."))
            return redirect("certificate", pk=file.pk)
    issued = request.access.rows(DestructionCertificate).filter(pk=file.pk).select_related("issued_by").first()
    may_issue = _may_issue(request) and file.finished_on and not file.waiting
    context = {"file": file, "form": form, "said": summarize(issued) if issued else None, "may_issue": may_issue}
    return render(request, "casework/certificate.html", context)


@door(Permission.INHERITANCE_READ, get_event=events.CERTIFICATE_SHOWN)
def certificate_file(request: DoorRequest, pk: object) -> HttpResponse:
    file = _file(request, pk)
    issued = request.access.rows(DestructionCertificate).filter(pk=file.pk).select_related("issued_by").first()
    if issued is None:
        raise Http404
    landlord = request.access.rows(Place).get(parent=None).name
    answer = HttpResponse(certificate_pdf(summarize(issued), landlord), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{_("certificat")}-{issued.issued_on:%Y-%m-%d}.pdf"'
    return answer
