"""A small site with views behind the real `@door` decorator, and versions of these views with a security hole.

tests/noninterference/test_holes.py checks that the non-interference tests detect every hole.
"""

import types
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import path

from access.guard.door import door
from access.permissions import Permission
from audit import events
from buildings.models import Building, Unit
from housing.urls import urlpatterns as real
from ledger.models import Entry
from tenants.models import Account, Lease, LeaseParty, Residence, Tenant

VIEW, CHANGE = Permission.ACCOUNT_VIEW, Permission.LEASE_CHANGE


def names(rows) -> HttpResponse:
    return HttpResponse("\n".join(sorted(row.tenant.last_name for row in rows.select_related("tenant"))))


def mini(permission, **options):
    """Return a decorator that applies `@door` to a view function.

    A view function that writes on POST also gets a response to GET: the text "form".
    """

    def decorate(view):
        @wraps(view)
        def form_first(request, *args, **kwargs):
            if "post_event" in options and request.method != "POST":
                return HttpResponse("form")
            return view(request, *args, **kwargs)

        return door(permission, get_event=events.LIST_SHOWN, **options)(form_first)

    return decorate


def back() -> HttpResponse:
    return HttpResponseRedirect("/")


def one_of(rows, **wanted):
    row = rows.filter(**wanted).first()
    if row is None:
        raise Http404
    return row


# --- Correct views ---


@mini(VIEW, model=Residence)
def retrieve(request, home):
    return HttpResponse(home.tenant.last_name)


@mini(VIEW)
def listed(request):
    return names(request.access.rows(Residence))


@mini(VIEW, post_is_search=True)
def search(request):
    return names(request.access.rows(Residence).filter(name_key__contains=request.POST.get("q", "")))


@mini(VIEW)
def count(request):
    return HttpResponse(str(request.access.rows(Account).count()))


@mini(VIEW, model=Building)
def nested(request, building):
    return names(building.residences)


@mini(CHANGE, model=Residence, post_event=events.FORM_SUBMITTED)
def put(request, home):
    home.moved_out = request.access.day
    home.save(update_fields=["moved_out"])
    return back()


@mini(CHANGE, model=Residence, post_event=events.FORM_SUBMITTED)
def patch(request, home):
    request.access.rows(Residence).filter(pk=home.pk).update(moved_out=request.access.day)
    return back()


@mini(CHANGE, model=Account, post_event=events.FORM_SUBMITTED)
def link(request, account):
    tenant = one_of(request.access.rows(Tenant), pk=request.POST.get("tenant"))
    spans = {"building_id": account.building_id, "first_day": account.opened_on, "last_day": account.opened_on}
    LeaseParty(lease_id=account.lease_id, tenant=tenant, name_key=tenant.name_key, **spans).save(force_insert=True)
    return back()


@mini(VIEW, model=Lease)
def second(request, lease):
    return HttpResponse(str(lease.starts_on))


@mini(CHANGE, model=Residence, post_event=events.FORM_SUBMITTED)
def delete(request, home):
    home.delete()
    return back()


CLEAN = {
    "retrieve": (retrieve, "<uuid:pk>/"),
    "list": (listed, ""),
    "search": (search, ""),
    "count": (count, ""),
    "nested": (nested, "<uuid:pk>/"),
    "put": (put, "<uuid:pk>/"),
    "patch": (patch, "<uuid:pk>/"),
    "link": (link, "<uuid:pk>/"),
    "second": (second, "<uuid:pk>/"),
    "delete": (delete, "<uuid:pk>/"),
}

# --- Views with a hole: they load objects themselves, without the door or its queryset ---


@mini(VIEW)
def holed_retrieve(request, pk):
    return HttpResponse(one_of(Residence._base_manager, pk=pk).tenant.last_name)


@mini(VIEW)
def holed_list(request):
    return names(Residence._base_manager)


@mini(VIEW, post_is_search=True)
def holed_search(request):
    return names(Residence.objects.filter(name_key__contains=request.POST.get("q", "")))


@mini(VIEW)
def holed_count(request):
    return HttpResponse(str(Account._base_manager.count()))


@mini(VIEW)
def holed_nested(request, pk):
    return names(Residence._base_manager.filter(building=pk))


@mini(CHANGE, post_event=events.FORM_SUBMITTED)
def holed_put(request, pk):
    home = one_of(Residence._base_manager, pk=pk)
    home.moved_out = home.moved_in
    home.save(update_fields=["moved_out"])
    return back()


@mini(CHANGE, post_event=events.FORM_SUBMITTED)
def holed_patch(request, pk):
    Residence._base_manager.filter(pk=pk).update(transferred=True)
    return back()


@mini(CHANGE, model=Account, post_event=events.FORM_SUBMITTED)
def holed_link(request, account):
    tenant = one_of(Tenant._base_manager, pk=request.POST.get("tenant"))
    spans = {"building_id": account.building_id, "first_day": account.opened_on, "last_day": account.opened_on}
    LeaseParty(lease_id=account.lease_id, tenant=tenant, name_key=tenant.name_key, **spans).save(force_insert=True)
    return back()


@mini(VIEW)
def holed_second(request, pk):
    return HttpResponse(str(one_of(Lease._base_manager, pk=pk).signed_on))


@mini(CHANGE, post_event=events.FORM_SUBMITTED)
def holed_delete(request, pk):
    Residence._base_manager.filter(pk=pk).delete()
    return back()


@mini(VIEW)
def raw(request, table):
    """Return the ids of all rows of a table that row-level security shows. The view does no check in Python."""
    rows = RAW[table]._base_manager.values_list("pk", flat=True)
    return HttpResponse("\n".join(sorted(str(pk) for pk in rows)))


RAW = {model._meta.db_table: model for model in (Residence, Tenant, Account, Lease, LeaseParty, Unit, Entry)}
HOLES = {name: globals()[f"holed_{name}"] for name in CLEAN}


def site(hole: str | None = None) -> types.ModuleType:
    """Return a URLconf with the views of the real site and of the small site.

    Only the view named `hole` is insecure.
    """
    module = types.ModuleType(f"tests.noninterference.site_{hole}")
    views = {name: HOLES[name] if name == hole else view for name, (view, _tail) in CLEAN.items()}
    module.__dict__["urlpatterns"] = [
        *real,
        *(path(f"mini/{name}/{CLEAN[name][1]}", view, name=f"mini-{name}") for name, view in views.items()),
        path("raw/<str:table>/", raw, name="raw"),
    ]
    return module
