"""Rules ask less of what others' work explains: a duty that ended early, an act of a colleague's, a sum whose account was sought."""

from importlib import import_module

from django.db import migrations

_changing = import_module("tenants.migrations.0045_ways_around_rules")._changing
# function -> (what stands there, what stands there now)
CHANGES = {
    # Hours end early when the week-end does; what they open, each by itself, is reviewed by another.
    "tenants_rule_brief_access(date)": (
        ("('stand_in_absence', 'stand_in_vacancy')", "('stand_in_absence', 'stand_in_vacancy', 'on_call')"),
    ),
    # What a colleague does about a household is read by whoever keeps it: a fact that its tenant contests and the answer, a
    # sentence refused or decided on, an old comment sorted, an emergency reviewed, an entry put right, notice.
    "tenants_something_open(uuid, date)": (
        (
            "('identity_checked', 'emergency_opened', 'subject_request_taken')",
            "('identity_checked', 'emergency_opened', 'emergency_reviewed', 'subject_request_taken', 'fact_contested',"
            " 'challenge_decided', 'refusal_contested', 'contest_decided', 'inherited_proposed', 'inherited_decided',"
            " 'adjustment_posted', 'entry_reversed', 'notice_given', 'resident_moved')",
        ),
    ),
    # Whose money is it? Accounts are opened until one is found: the sum is cleared that day, by the same person.
    "tenants_rule_unborne(date)": (
        (
            "AND NOT tenants_something_open(",
            "AND NOT (l.purpose = 'payment' AND EXISTS ("
            "SELECT FROM audit_event c WHERE c.actor = l.person AND c.kind = 'receipt_cleared' AND c.outcome = 'changed'"
            " AND c.at >= tenants_midnight(on_day - 3) AND c.at < tenants_midnight(on_day - 2)))"
            " AND NOT tenants_something_open(",
        ),
    ),
}


class Migration(migrations.Migration):
    dependencies = [("tenants", "0055_terms")]
    operations = [
        migrations.RunSQL(
            _changing(function, list(pairs)),
            _changing(function, [(after, before) for before, after in pairs]),
        )
        for function, pairs in CHANGES.items()
    ]
