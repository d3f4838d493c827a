"""Which agency keeps a reference, asked of the database by whoever may not see the account itself."""

from uuid import UUID

from django.db import connection


def keeper_of(reference: str) -> tuple[UUID | None, UUID | None]:
    """Ids of the account, for the trace, and of its agency; nothing of a settled one, or of none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account, agency FROM tenants_keeper(%s)", [reference])
        account, agency = cursor.fetchone() or (None, None)
    return account, agency
