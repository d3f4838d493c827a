"""Issues the certificate of destruction for a file of comments of an older system.

The certificate is a signed statement of how many comments of the file were erased, replaced or kept. It can be issued
once no comment of the file waits for a decision any more.
"""

import json

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, Subject, record
from casework.models import DestructionCertificate, LegacyCommentFile
from privacy.encryption.signing import sign


@all_or_nothing()
def issue_certificate(*, by: Person, file: LegacyCommentFile, context: Context = NOWHERE) -> DestructionCertificate:
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_destruction_statement(%s)::text", [file.pk])
        (stated,) = cursor.fetchone()
    if stated is None:
        raise ValidationError(_("Des lignes attendent une décision, ou le fichier n’est pas entièrement lu."))
    statement = json.loads(stated)
    certificate = DestructionCertificate(file=file, statement=statement, issued_on=today(), issued_by=by)
    certificate.key_id, certificate.signature = sign(statement)
    certificate.save(force_insert=True)
    about, erased = Subject("inheritance", file.pk), file.erased
    record(events.CERTIFICATE_ISSUED, by=by, about=about, context=context, inheritance=file.pk, lines=erased)
    return certificate
