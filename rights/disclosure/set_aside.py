"""Reads the contact of a person whose processing is restricted, for this person's own access report and file."""

from django.db import connection

from tenants.models import Tenant


def with_own_contact(tenant: Tenant) -> Tenant:
    """Fill in the tenant's contact if a restriction stores it apart.

    The database returns the contact only while the current user prepares an answer to this tenant.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, phone, email, contact_name FROM rights_contact_set_aside()")
        if contact := cursor.fetchone():
            tenant.channel, tenant.phone, tenant.email, tenant.contact_name = contact
    return tenant
