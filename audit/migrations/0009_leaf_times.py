from django.db import migrations

# Leaves stand in the order of their times, but for a few that came late: a summary of each range of pages finds a period
# in a log of any size, and costs whoever seals nothing that can be measured.
CREATE = "CREATE INDEX audit_leaf_at ON audit_leaf USING brin (at)"


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_state_bounded")]
    operations = [migrations.RunSQL(CREATE, "DROP INDEX audit_leaf_at")]
