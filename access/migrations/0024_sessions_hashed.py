"""Sessions under a keyed hash of their cookie, each with its person; whom the caretakers' login may let in.

Sessions that are open end: their cookies are the keys of the former table, which are erased here.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
-- A caretaker, and nothing else today or later: the caretakers' own login touches the ways in of these people alone.
-- One whose assignments ended within 90 days still comes in, and finds nobody.
CREATE FUNCTION access_caretaker_alone(who uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role = 'caretaker'
            AND coalesce(a.ended_on - 1, a.last_day) >= loge_today() - 90)
        AND NOT EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role <> 'caretaker'
            AND coalesce(a.ended_on - 1, a.last_day) >= loge_today());
END $$;
REVOKE ALL ON FUNCTION access_caretaker_alone(uuid) FROM PUBLIC;
-- Open sessions of one person from more than one address or device. Counted: neither is told to whoever inspects.
CREATE OR REPLACE FUNCTION access_inspected_sessions() RETURNS TABLE
    (person uuid, sessions bigint, addresses bigint, devices bigint, first timestamptz, last timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.user_id, count(*), count(DISTINCT u.ip), count(DISTINCT u.user_agent), min(u.created_at), max(u.created_at)
    FROM usersessions_usersession u JOIN access_session s ON s.session_key = u.session_key AND s.expire_date > loge_now()
    WHERE access_inspects() GROUP BY u.user_id
    HAVING count(DISTINCT u.ip) > 1 OR count(DISTINCT u.user_agent) > 1
$$;
DELETE FROM usersessions_usersession;
DELETE FROM django_session;
"""
DROP = """
CREATE OR REPLACE FUNCTION access_inspected_sessions() RETURNS TABLE
    (person uuid, sessions bigint, addresses bigint, devices bigint, first timestamptz, last timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.user_id, count(*), count(DISTINCT u.ip), count(DISTINCT u.user_agent), min(u.created_at), max(u.created_at)
    FROM usersessions_usersession u JOIN django_session s ON s.session_key = u.session_key AND s.expire_date > loge_now()
    WHERE access_inspects() GROUP BY u.user_id
    HAVING count(DISTINCT u.ip) > 1 OR count(DISTINCT u.user_agent) > 1
$$;
DROP FUNCTION access_caretaker_alone(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0023_access_by_people"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
