"""The register of breaches; and, for an inspector, what is held of an account's people, table by table in numbers."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

NATURE = [
    ("confidentiality", "données vues ou emportées par qui ne le devait pas"),
    ("integrity", "données changées sans droit"),
    ("availability", "données perdues ou hors d’atteinte"),
]
TOUCHED = [
    ("contact", "noms, logements, contacts"),
    ("account", "baux, comptes, écritures"),
    ("bank", "coordonnées bancaires"),
    ("texts", "faits, notes, aides"),
    ("staff", "connexions, habilitations, trace"),
]
CONSEQUENCE = [("unlikely", "aucun risque vraisemblable"), ("risk", "un risque"), ("high", "un risque élevé")]
MEASURE = [
    ("none", "aucune encore"),
    ("closed", "accès fermé"),
    ("retrieved", "données reprises ou détruites"),
    ("restored", "données restaurées"),
    ("rotated", "clés ou mots de passe renouvelés"),
    ("corrected", "défaut corrigé"),
]
CREATE = """
CREATE FUNCTION tenants_inspected_file(wanted text) RETURNS TABLE (source text, held bigint, oldest date, newest date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH theirs AS (
        SELECT a.id AS account, a.lease_id AS lease FROM tenants_account a
        WHERE a.reference = wanted AND (SELECT access_inspects())
    ), people AS (
        SELECT p.tenant_id AS person FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION SELECT r.tenant_id FROM tenants_residence r JOIN theirs ON theirs.lease = r.lease_id
    )
    SELECT f.source, count(*), min(f.day), max(f.day) FROM (
        SELECT 'tenants_tenant' AS source, NULL::date AS day FROM people
        UNION ALL SELECT 'tenants_lease', l.signed_on FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
        UNION ALL SELECT 'tenants_leaseparty', p.first_day FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION ALL SELECT 'tenants_residence', r.moved_in FROM tenants_residence r JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'tenants_helpcode', h.asked_on FROM tenants_helpcode h JOIN people ON people.person = h.tenant_id
        UNION ALL SELECT 'tenants_representative', q.first_day FROM tenants_representative q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_identity', NULL FROM tenants_identity i JOIN people ON people.person = i.tenant_id
        UNION ALL SELECT 'tenants_bankdetail', b.set_on FROM tenants_bankdetail b JOIN people ON people.person = b.tenant_id
        UNION ALL SELECT 'tenants_account', NULL FROM theirs
        UNION ALL SELECT 'tenants_entry', e.effective_on FROM tenants_entry e JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT 'tenants_accountfact', t.written_on FROM tenants_accountfact t JOIN theirs ON theirs.account = t.account_id
        UNION ALL SELECT 'tenants_cardfact', t.written_on FROM tenants_cardfact t
            JOIN tenants_residence r ON r.id = t.residence_id JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'tenants_dwellingfact', t.written_on FROM tenants_dwellingfact t JOIN theirs ON theirs.lease = t.lease_id
        UNION ALL SELECT 'tenants_accountnote', n.written_on FROM tenants_accountnote n JOIN theirs ON theirs.account = n.account_id
        UNION ALL SELECT 'tenants_contestedsentence', c.asked_on FROM tenants_contestedsentence c JOIN theirs ON theirs.account = c.account_id
        UNION ALL SELECT 'tenants_inheritedline', i.first_written_on FROM tenants_inheritedline i JOIN theirs ON theirs.account = i.account_id
        UNION ALL SELECT 'tenants_subjectrequest', s.opened_on FROM tenants_subjectrequest s JOIN people ON people.person = s.tenant_id
    ) f GROUP BY f.source ORDER BY f.source
$$;
REVOKE ALL ON FUNCTION tenants_inspected_file(text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0042_exposure"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("known_on", models.DateField(verbose_name="connue le")),
                ("nature", models.CharField(choices=NATURE, max_length=16, verbose_name="nature")),
                ("touched", models.CharField(choices=TOUCHED, max_length=16, verbose_name="données touchées")),
                ("people", models.PositiveIntegerField(verbose_name="personnes, environ")),
                ("consequence", models.CharField(choices=CONSEQUENCE, max_length=16, verbose_name="conséquence")),
                ("measure", models.CharField(choices=MEASURE, max_length=16, verbose_name="mesure prise")),
                ("notified_on", models.DateField(blank=True, null=True, verbose_name="notifiée à la CNIL le")),
                ("told_on", models.DateField(blank=True, null=True, verbose_name="dite aux personnes le")),
                ("noted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=(Q(notified_on__isnull=True) | Q(notified_on__gte=F("known_on")))
                        & (Q(told_on__isnull=True) | Q(told_on__gte=F("known_on"))),
                        name="breach_told_once_known",
                        violation_error_message="Une violation ne se notifie pas avant d’être connue.",
                    )
                ],
            },
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION tenants_inspected_file(text)"),
    ]
