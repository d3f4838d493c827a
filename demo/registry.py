"""The invented run for the national register: decisions of the first session have left, those of the second wait."""

from hashlib import sha256

from allocations.models import RegistryRow, RegistryRun, Session
from demo.commission import OWNER
from exchange.registry_export import file_text


def send_first_session() -> None:
    """Mark the decisions of the first signed session as sent on the day after its signature. No file is written."""
    session = Session.objects.using(OWNER).filter(state="signed").earliest("held_at")
    rows = RegistryRow.objects.using(OWNER).filter(session=session)
    text = file_text(1, list(rows))
    day = session.held_at.date()
    run = RegistryRun(number=1, made_on=day, rows=len(rows), digest=sha256(text).hexdigest())
    run.save(using=OWNER, force_insert=True)
    rows.update(run=run, sent_on=day)
