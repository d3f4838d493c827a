"""A discretion that is lifted before it begins ends the day before, and holds on none."""

from django.db import migrations, models
from django.db.models import F, Q

NAME = "discreet_mark_renewed_yearly"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0061_guarantors_apart")]
    operations = [
        migrations.RemoveConstraint("discreetmark", NAME),
        migrations.AddConstraint(
            "discreetmark",
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day") - 1) & Q(last_day__lte=F("first_day") + 366),
                name=NAME,
                violation_error_message="Une discrétion se redemande chaque année.",
            ),
        ),
    ]
