"""The audit log has words for each column by which a list can be sorted, and for each filter of a list."""

from access.grants import lists as access_lists
from access.pages.lists import ListForm
from allocations.forms import vacancy_list
from casework.queries import CONTACT_COLUMNS
from ledger import book_list
from ledger.account_list import ALL_COLUMNS, FORMER_COLUMNS
from ledger.views import receipts
from oversight.audit_log.code_words import FILTERS, ORDERS
from rights import request_list

COLUMNS = (
    ALL_COLUMNS,
    FORMER_COLUMNS,
    CONTACT_COLUMNS,
    book_list.COLUMNS,
    receipts.COLUMNS,
    vacancy_list.COLUMNS,
    request_list.COLUMNS,
    access_lists.PEOPLE_COLUMNS,
    access_lists.ASSIGNMENT_COLUMNS,
    access_lists.REQUEST_COLUMNS,
)


def every_form(base: type[ListForm]) -> set[type[ListForm]]:
    return {form for child in base.__subclasses__() for form in {child, *every_form(child)}}


def test_every_column_has_words():
    assert {column.code for columns in COLUMNS for column in columns} == ORDERS.keys()


def test_every_filter_has_a_code_with_words():
    forms = [form for form in every_form(ListForm) if form.base_fields]
    assert len(forms) > 6
    for form in forms:
        assert form.CODES.keys() == form.base_fields.keys(), form
    assert {code for form in forms for code in form.CODES.values()} == FILTERS.keys()
