"""Restriction of processing (GDPR article 18): the tenants whose data are only stored, and the contacts set aside."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [("tenants", "0008_former_names")]

    operations = [
        migrations.CreateModel(
            name="Restriction",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accuracy", "exactitude contestée, pendant la vérification (RGPD, art. 18-1 a)"),
                            ("unlawful", "traitement illicite, limitation préférée à l’effacement (RGPD, art. 18-1 b)"),
                            ("claims", "données nécessaires à la personne en justice (RGPD, art. 18-1 c)"),
                            ("objection", "opposition en cours d’examen (RGPD, art. 18-1 d)"),
                            ("", "à confirmer après une restauration"),
                        ],
                        max_length=16,
                        verbose_name="fondement",
                    ),
                ),
                ("begun_on", models.DateField(verbose_name="depuis le")),
                (
                    "informed_on",
                    models.DateField(blank=True, null=True, verbose_name="personne informée de la levée le"),
                ),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="levée le")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["tenant"], name="restriction_of_tenant")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_on__isnull", True)),
                        fields=("tenant", "ground"),
                        name="restriction_once_for_a_ground",
                        violation_error_message="Le traitement est déjà limité pour ce fondement.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ground__in", ["accuracy", "unlawful", "claims", "objection", ""])),
                        name="restriction_ground_known",
                        violation_error_message="Choisissez l’un des quatre fondements de l’article 18.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("informed_on__isnull", True),
                            ("informed_on__gte", models.F("begun_on")),
                            _connector="OR",
                        ),
                        name="restriction_informed_after_it_began",
                        violation_error_message="La personne ne peut pas avoir été informée avant le début de la limitation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_on__isnull", True),
                            models.Q(("informed_on__isnull", False), ("lifted_on__gt", models.F("informed_on"))),
                            _connector="OR",
                        ),
                        name="restriction_lifted_after_information",
                        violation_error_message="La limitation ne peut être levée qu’à partir du lendemain du jour où la personne en a été informée (RGPD, art. 18-3).",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SetAsideContact",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tenants.tenant",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("phone", "téléphone"),
                            ("text", "SMS"),
                            ("email", "courriel"),
                            ("letter", "courrier"),
                            ("contact", "personne choisie"),
                        ],
                        max_length=8,
                        verbose_name="contact choisi",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=16, verbose_name="téléphone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                ("contact_name", models.CharField(blank=True, max_length=80, verbose_name="personne choisie")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("phone", ""), ("phone__regex", "^\\+[1-9][0-9]{7,14}$"), _connector="OR"),
                        name="set_aside_phone_is_a_number",
                        violation_error_message="Le numéro de téléphone mis à part n’est pas valide.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "contact"), _negated=True),
                            models.Q(("contact_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="set_aside_contact_has_a_name",
                        violation_error_message="Les coordonnées mises à part doivent avoir le nom de la personne choisie.",
                    ),
                ],
            },
        ),
        load_sql("tenants", "restrictions"),
    ]
