"""The tables of ledger/ and their SQL."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import ExtractYear

import privacy.encryption.fields
import privacy.screened
from audit.create_models import CreateModels
from audit.sql_files import load_sql

SAME_BUILDING = [
    ("ledger_entry", "entry_stands_in_its_account", "account_id", "tenants_account"),
    ("ledger_writeoff", "write_off_stands_in_its_account", "account_id", "tenants_account"),
]
KEY = """ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}, building_id) REFERENCES {3} (id, building_id)
    ON UPDATE CASCADE"""
# The balance of an account goes with it.
BALANCE_KEY = (
    KEY.format("ledger_balance", "balance_stands_in_its_account", "account_id", "tenants_account")
    + " ON DELETE CASCADE"
)
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
        ("audit", "0001_tables"),
        ("access", "0001_tables"),
        ("buildings", "0001_tables"),
        # The exclusion constraints of lettings and parties must exist, because a bulk load creates them again.
        ("tenants", "0002_once_at_a_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
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
                            choices=[
                                ("charge", "facturation"),
                                ("payment", "paiement"),
                                ("adjustment", "rectification"),
                            ],
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
                            condition=models.Q(("posted_by__isnull", False)),
                            fields=["posted_by"],
                            name="entry_posted_by",
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
                    (
                        "entry",
                        models.OneToOneField(on_delete=models.PROTECT, related_name="clearing", to="ledger.entry"),
                    ),
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
                            db_constraint=False,
                            on_delete=models.PROTECT,
                            related_name="write_offs",
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
                            choices=[
                                ("charge", "facturation"),
                                ("payment", "paiement"),
                                ("adjustment", "rectification"),
                            ],
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
            migrations.CreateModel(
                name="Balance",
                fields=[
                    (
                        "account",
                        models.OneToOneField(
                            db_constraint=False,
                            on_delete=models.DO_NOTHING,
                            primary_key=True,
                            related_name="balance",
                            serialize=False,
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
                    ("balance_cents", models.BigIntegerField()),
                    ("owed_since", models.DateField(null=True)),
                    ("recent_days", ArrayField(base_field=models.DateField(), null=True, size=None)),
                    ("recent_cents", ArrayField(base_field=models.BigIntegerField(), null=True, size=None)),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [
                        models.Index(
                            condition=models.Q(("owed_since__isnull", False)),
                            fields=["building", "owed_since"],
                            name="balance_owed",
                        ),
                        models.Index(
                            condition=models.Q(("balance_cents__lt", 0)), fields=["building"], name="balance_in_credit"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CashReceipt",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("year", models.SmallIntegerField(verbose_name="année")),
                    ("number", models.PositiveIntegerField(verbose_name="numéro")),
                    ("day", models.DateField(verbose_name="date comptable")),
                    ("issued_at", models.DateTimeField(null=True)),
                    (
                        "agency",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to="access.place"
                        ),
                    ),
                    (
                        "entry",
                        models.OneToOneField(on_delete=models.PROTECT, related_name="cash_receipt", to="ledger.entry"),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["day"], name="cash_receipt_of_day")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("agency", "year", "number"),
                            name="cash_receipt_number_once",
                            violation_error_message="Ce numéro de reçu existe déjà.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("number__gt", 0), ("year", ExtractYear("day"))),
                            name="cash_receipt_numbered_in_its_year",
                            violation_error_message="Un reçu est numéroté à partir de 1 dans l’année de son jour.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="SavedFilter",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "list",
                        models.CharField(
                            choices=[
                                ("tous", "Tous les comptes"),
                                ("a-contacter", "À contacter"),
                                ("partis", "Locataires partis"),
                            ],
                            max_length=16,
                            verbose_name="liste",
                        ),
                    ),
                    ("slot", models.PositiveSmallIntegerField(editable=False)),
                    ("name", privacy.screened.ScreenedText(max_length=60, verbose_name="nom")),
                    (
                        "state",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("du", "En impayé"),
                                ("avoir", "En avance"),
                                ("arrivees", "Arrivées"),
                                ("departs", "Départs"),
                            ],
                            max_length=8,
                            verbose_name="comptes",
                        ),
                    ),
                    ("at_least", models.PositiveIntegerField(null=True, verbose_name="minimum, en centimes")),
                    ("at_most", models.PositiveIntegerField(null=True, verbose_name="maximum, en centimes")),
                    ("months", models.PositiveSmallIntegerField(null=True, verbose_name="mois de dette")),
                    (
                        "person",
                        models.ForeignKey(
                            db_index=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "place",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="access.place",
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("person", "list", "slot"),
                            name="saved_filter_slot_once",
                            violation_error_message="Un autre filtre vient d’être enregistré : recommencez.",
                        ),
                        models.UniqueConstraint(
                            fields=("person", "list", "name"),
                            name="saved_filter_name_once",
                            violation_error_message="Vous avez déjà un filtre de ce nom pour cette liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("slot__gte", 1), ("slot__lte", 10)),
                            name="saved_filter_at_most_ten",
                            violation_error_message="Vous avez déjà dix filtres pour cette liste : supprimez-en un.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("name", ""), _negated=True),
                                ("list__in", ["tous", "a-contacter", "partis"]),
                                ("state__in", ["", "du", "avoir", "arrivees", "departs"]),
                            ),
                            name="saved_filter_known",
                            violation_error_message="Un filtre enregistré a un nom, une liste et un état connus.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", ""), _negated=True),
                                ("place__isnull", False),
                                ("at_least__isnull", False),
                                ("at_most__isnull", False),
                                ("months__isnull", False),
                                _connector="OR",
                            ),
                            name="saved_filter_filters",
                            violation_error_message="Filtrez d’abord la liste : il n’y a aucun filtre à enregistrer.",
                        ),
                    ],
                },
            ),
        ),
        *(migrations.RunSQL(KEY.format(*key)) for key in SAME_BUILDING),
        migrations.RunSQL(BALANCE_KEY),
        migrations.RunSQL(OTHER_KEYS),
        load_sql("ledger", "ledger", "write_offs", "balances", "cash_receipts", "saved_filters", "bulk_load"),
    ]
