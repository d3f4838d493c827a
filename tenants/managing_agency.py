"""Finds the agency that manages an account, for people who may not see the account itself."""

from uuid import UUID

from django.db import connection


def keeper_of(reference: str) -> tuple[UUID | None, UUID | None]:
    """Return the ids of the account and of its agency. The id of the account is for the audit event only. Both ids are
    None if the reference is unknown or the account is settled (closed)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account, agency FROM tenants_managing_agency(%s)", [reference])
        account, agency = cursor.fetchone() or (None, None)
    return account, agency
