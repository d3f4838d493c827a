"""The record of processing activities: a page to read and print, and the whole data dictionary as a file."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.events import Code
from formats.spreadsheets import sheet
from oversight.register import activities, dictionary, file_rows


@door(Permission.REGISTER_READ, get_event=events.REGISTER_SHOWN)
def register(request: DoorRequest) -> HttpResponse:
    request.access.note(scope=Code("register"))
    lines = dictionary()
    page: dict[str, Any] = {"activities": activities(lines), "fields": len(lines), "day": request.access.day}
    # `unfolded` is the processing activity whose fields the page lists. Other activities appear without their fields.
    page["unfolded"] = request.GET.get("champs", "")
    return render(request, "oversight/register.html", page)


@door(Permission.REGISTER_READ, get_event=events.EXPORT_TAKEN)
def register_csv(request: DoorRequest) -> HttpResponse:
    rows = file_rows()
    body = sheet(list(rows[0]), [list(row.values()) for row in rows])
    return _file(request, "csv", "text/csv; charset=utf-8", body, len(rows))


@door(Permission.REGISTER_READ, get_event=events.EXPORT_TAKEN)
def register_json(request: DoorRequest) -> HttpResponse:
    rows: list[dict[str, Any]] = file_rows()
    body = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    return _file(request, "json", "application/json", body, len(rows))


def _file(request: DoorRequest, kind: str, media: str, body: bytes, lines: int) -> HttpResponse:
    request.access.note(format=Code(kind), count=lines)
    headers = {"Content-Disposition": f'attachment; filename="registre-{request.access.day:%Y-%m-%d}.{kind}"'}
    return HttpResponse(body, content_type=media, headers=headers)
