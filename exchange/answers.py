"""Parts of the answers of pages about imports: a file to download, and the errors of a file."""

from typing import Any

from django.http import HttpResponse

from exchange.portfolio.reasons import Rejects

MOST_SHOWN = 200


def file_response(content: bytes, name: str, media: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media, headers=headers)


def refused_context(rejects: Rejects) -> dict[str, Any]:
    """Return what the template of refused files needs: the first errors, and the files that have refused lines.

    Errors quote no cell, because the report may be sent to whoever made the files.
    """
    refused = len(rejects.listed)
    files = dict.fromkeys(reject.file for reject in rejects.listed if reject.line > 1 and not reject.application)
    listed = {(row.file, row.column): row.codes for row in rejects.listed if row.reason == "not_listed"}
    return {
        "refused": refused,
        "lines": rejects.listed[:MOST_SHOWN],
        "more": max(0, refused - MOST_SHOWN),
        "refused_files": list(files),
        "codes": [(file, column, codes) for (file, column), codes in listed.items()],
    }
