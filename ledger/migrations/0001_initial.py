"""The tables of ledger/ and their SQL."""

import uuid

from django.conf import settings
from django.db import migrations, models

import privacy.encryption.fields
import privacy.screened
from audit.sql_files import load_sql

SAME_BUILDING = [
    ("ledger_entry", "entry_stands_in_its_account", "account_id", "tenants_account"),
    ("ledger_writeoff", "write_off_stands_in_its_account", "account_id", "tenants_account"),
]
KEY = """ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}, building_id) REFERENCES {3} (id, building_id)
    ON UPDATE CASCADE"""
OTHER_KEYS = """
-- A reversal refers to an entry of the same account and of exactly the opposite amount.
ALTER TABLE ledger_entry ADD COLUMN mirror_cents bigint GENERATED ALWAYS AS (-amount_cents) STORED;
ALTER TABLE ledger_entry ADD CONSTRAINT entry_mirrored UNIQUE (id, account_id, amount_cents);
ALTER TABLE ledger_entry ADD CONSTRAINT entry_reversal_cancels_to_the_cent
    FOREIGN KEY (reverses_id, account_id, mirror_cents) REFERENCES ledger_entry (id, account_id, amount_cents);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("access", "0001_initial"),
        ("buildings", "0001_initial"),
        ("tenants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.PROTECT,
                        related_name="entries",
                        to="tenants.account",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("charge", "facturation"), ("payment", "paiement"), ("adjustment", "rectification")],
                        max_length=16,
                        verbose_name="nature",
                    ),
                ),
                ("label", models.CharField(max_length=40, verbose_name="libellé")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("rent_run", "quittancement"),
                            ("counter", "accueil"),
                            ("bank", "banque"),
                            ("caf", "CAF"),
                            ("officer", "service de gestion locative"),
                            ("taken_over", "reprise"),
                        ],
                        max_length=16,
                        verbose_name="origine",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="motif")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("effective_on", models.DateField(verbose_name="date d’effet")),
                ("booked_on", models.DateField(verbose_name="date comptable")),
                ("booked_at", models.DateTimeField(auto_now_add=True)),
                ("period", models.DateField(verbose_name="période")),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="reversed_by",
                        to="ledger.entry",
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("idempotency_key", models.UUIDField(blank=True, editable=False, null=True)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["account", "effective_on", "booked_at", "id"], name="entry_ledger"),
                    models.Index(fields=["building", "effective_on"], name="entry_building"),
                    models.Index(
                        condition=models.Q(("posted_by__isnull", False)), fields=["posted_by"], name="entry_posted_by"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents", 0), _negated=True),
                        name="entry_amount_never_zero",
                        violation_error_message="Le montant ne peut pas être zéro.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", -100000000), ("amount_cents__lt", 100000000)),
                        name="entry_amount_plausible",
                        violation_error_message="Le montant doit être inférieur à un million d’euros.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses__isnull", False),
                            ("kind__in", ["charge", "adjustment"]),
                            models.Q(("amount_cents__lt", 0), ("kind", "payment")),
                            models.Q(
                                ("kind", "payment"),
                                (
                                    "label__in",
                                    [
                                        "debit_rejected",
                                        "cheque_rejected",
                                        "card_rejected",
                                        "refund",
                                        "aid_refunded",
                                        "deposit_refund",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="entry_payment_lowers_what_is_owed",
                        violation_error_message="Un paiement doit diminuer la somme due.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses__isnull", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="entry_reversal_has_a_reason",
                        violation_error_message="Indiquez le motif de l’annulation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period__day", 1)),
                        name="entry_period_is_a_month",
                        violation_error_message="La période doit être un mois.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key__isnull", False)),
                        fields=("account", "idempotency_key"),
                        name="entry_sent_once",
                        violation_error_message="Cette écriture est déjà passée.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("agency", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="access.place")),
                ("source_key", models.CharField(max_length=64, verbose_name="clé")),
                ("label", models.CharField(max_length=40, verbose_name="moyen")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("rent_run", "quittancement"),
                            ("counter", "accueil"),
                            ("bank", "banque"),
                            ("caf", "CAF"),
                            ("officer", "service de gestion locative"),
                            ("taken_over", "reprise"),
                        ],
                        max_length=16,
                        verbose_name="origine",
                    ),
                ),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("received_on", models.DateField(verbose_name="reçu le")),
                ("booked_on", models.DateField(verbose_name="date comptable")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0), ("amount_cents__lt", 100000000)),
                        name="receipt_amount_plausible",
                        violation_error_message="Le montant d’un encaissement doit être supérieur à zéro et inférieur à un million d’euros.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clearing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "receipt",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="clearings", to="ledger.receipt"),
                ),
                ("entry", models.OneToOneField(on_delete=models.PROTECT, related_name="clearing", to="ledger.entry")),
                (
                    "cleared_by",
                    models.ForeignKey(
                        null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("cleared_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "asked_by",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "approuvée"), ("refused", "refusée"), ("withdrawn", "retirée")],
                        max_length=16,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.PROTECT, related_name="write_offs", to="tenants.account"
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("charge", "facturation"), ("payment", "paiement"), ("adjustment", "rectification")],
                        max_length=16,
                        verbose_name="nature",
                    ),
                ),
                ("label", models.CharField(max_length=40, verbose_name="libellé")),
                ("reason", models.CharField(max_length=40, verbose_name="motif")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant")),
                ("effective_on", models.DateField(verbose_name="date d’effet")),
                (
                    "reverses",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=models.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
                ("idempotency_key", models.UUIDField(editable=False, null=True)),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_founded", "le motif n’est pas justifié"),
                            ("wrong_amount", "le montant n’est pas le bon"),
                            ("wrong_account", "ce n’est pas le bon compte"),
                            ("wrong_label", "le libellé ou la date est à vérifier"),
                            ("proof_missing", "la pièce justificative manque"),
                            ("done_otherwise", "déjà fait autrement"),
                        ],
                        max_length=32,
                        verbose_name="motif du refus",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("decision", "withdrawn"),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="write_off_takes_two",
                        violation_error_message="Vous avez fait cette demande : une autre personne doit l’approuver ou la refuser.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "withdrawn"), _negated=True),
                            ("decided_by", models.F("asked_by")),
                            _connector="OR",
                        ),
                        name="write_off_withdrawn_by_who_asked",
                        violation_error_message="Seule la personne qui a fait la demande peut la retirer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("decision", "")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("decision__in", ["approved", "refused", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="write_off_decided_by_someone_at_some_time",
                        violation_error_message="Une décision doit indiquer son auteur et sa date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", "refused"), ("refusal", ""), _connector="XOR"),
                        name="write_off_refused_for_a_reason",
                        violation_error_message="Indiquez le motif du refus.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_cents__lt", 0),
                            ("kind__in", ["charge", "adjustment"]),
                            ("amount_cents__gt", -100000000),
                        ),
                        name="write_off_lowers_what_is_owed",
                        violation_error_message="Une somme en moins demandée à une autre personne doit diminuer la somme due, sans paiement.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="write_off_has_a_reason",
                        violation_error_message="Indiquez le motif de la somme en moins.",
                    ),
                    models.UniqueConstraint(
                        fields=("account", "idempotency_key"),
                        name="write_off_asked_once",
                        violation_error_message="Cette somme en moins est déjà demandée.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankDetail",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "tenant",
                    models.OneToOneField(on_delete=models.CASCADE, related_name="bank_detail", to="tenants.tenant"),
                ),
                ("iban", privacy.encryption.fields.EncryptedField(verbose_name="IBAN")),
                ("holder", privacy.encryption.fields.EncryptedField(verbose_name="titulaire")),
                ("set_on", models.DateField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        *(migrations.RunSQL(KEY.format(*key)) for key in SAME_BUILDING),
        migrations.RunSQL(OTHER_KEYS),
        load_sql("ledger", "ledger", "write_offs"),
    ]
