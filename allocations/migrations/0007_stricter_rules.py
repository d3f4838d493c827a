"""Cancelled sessions, and rules that the database did not check: who holds the lease of a candidate."""

from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("allocations", "0006_sittings")]

    operations = [
        migrations.RemoveConstraint(
            model_name="session",
            name="session_state_is_dated",
        ),
        migrations.AlterField(
            model_name="session",
            name="state",
            field=models.CharField(
                choices=[
                    ("convened", "convoquée"),
                    ("open", "ouverte"),
                    ("closed", "close"),
                    ("signed", "procès-verbal signé"),
                    ("cancelled", "annulée"),
                ],
                default="convened",
                max_length=16,
                verbose_name="état",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("opened_at__isnull", True),
                        ("quorum__isnull", True),
                        ("signed_at__isnull", True),
                        ("state__in", ["convened", "cancelled"]),
                    ),
                    models.Q(
                        ("opened_at__isnull", False),
                        ("quorum__isnull", False),
                        ("signed_at__isnull", True),
                        ("state", "open"),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("quorum__isnull", False),
                        ("signed_at__isnull", True),
                        ("state", "closed"),
                    ),
                    models.Q(
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                        ("state", "signed"),
                        models.Q(("minutes_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="session_state_is_dated",
                violation_error_message="L’état de la séance ne correspond pas à ses dates.",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="handover",
            name="hand_over_signed_with_its_lease",
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("lease__isnull", True), ("signed_on__isnull", False), _connector="OR"),
                name="hand_over_signed_with_its_lease",
                violation_error_message="Une remise a un bail une fois signée.",
            ),
        ),
        load_sql("allocations", "flow", "hand_over", "offers", "committee", "sittings", "committee_retention"),
    ]
