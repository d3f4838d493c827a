"""The tables of casework/ and their SQL."""

import uuid
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import CombinedExpression

import casework.models.fact
import privacy.encryption.fields
import privacy.screened
from audit.create_models import CreateModels
from audit.sql_files import load_sql
from casework.vocabulary.facts import shipped, terms

SAME_BUILDING = [
    ("casework_cardfact", "card_fact_stands_in_its_residence", "residence_id", "tenants_residence"),
    ("casework_dwellingfact", "dwelling_fact_stands_in_its_unit", "unit_id", "buildings_unit"),
    ("casework_accountfact", "account_fact_stands_in_its_account", "account_id", "tenants_account"),
    ("casework_accountnote", "account_note_stands_in_its_account", "account_id", "tenants_account"),
    ("casework_contestedsentence", "contest_stands_in_its_account", "account_id", "tenants_account"),
    ("casework_legacycomment", "inherited_stands_in_its_account", "account_id", "tenants_account"),
    ("casework_contactattempt", "contact_stands_in_its_account", "account_id", "tenants_account"),
]
KEY = """ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}, building_id) REFERENCES {3} (id, building_id)
    ON UPDATE CASCADE"""


def load_vocabulary(apps: Any, editor: Any) -> None:
    """Insert the codes of facts as they are shipped. A landlord adds or retires codes in the table.

    SQL, because the columns are screened, and the screen reads complete sentences: these have slots, as in {date}.
    """
    with editor.connection.cursor() as cursor:
        for row in shipped():
            slots = ", ".join(f"%({name})s" for name in row)
            cursor.execute(f"INSERT INTO casework_factcode ({', '.join(row)}) VALUES ({slots})", row)  # noqa: S608 - names
        cursor.executemany("INSERT INTO casework_factterm (list, code) VALUES (%s, %s)", list(terms()))


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_tables"),
        ("access", "0001_tables"),
        ("buildings", "0001_tables"),
        ("tenants", "0001_tables"),
        ("ledger", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="FactCode",
                fields=[
                    ("code", models.CharField(max_length=32, primary_key=True, serialize=False, verbose_name="code")),
                    (
                        "compartment",
                        models.CharField(
                            choices=[
                                ("card", "la fiche d’un occupant"),
                                ("dwelling", "un logement"),
                                ("account", "un compte"),
                            ],
                            max_length=8,
                            verbose_name="sujet du fait",
                        ),
                    ),
                    ("theme", models.CharField(max_length=16, verbose_name="rubrique")),
                    ("title_fr", privacy.screened.ScreenedText(max_length=40, verbose_name="titre")),
                    ("title_en", privacy.screened.ScreenedText(max_length=40, verbose_name="titre en anglais")),
                    ("sentence_fr", privacy.screened.ScreenedText(max_length=160, verbose_name="phrase")),
                    ("sentence_en", privacy.screened.ScreenedText(max_length=160, verbose_name="phrase en anglais")),
                    ("fields", models.CharField(max_length=160, verbose_name="champs")),
                    ("writers", models.CharField(max_length=60, verbose_name="rôles qui écrivent")),
                    ("readers", models.CharField(max_length=60, verbose_name="rôles qui lisent")),
                    ("life_months", models.PositiveSmallIntegerField(verbose_name="durée, en mois")),
                    ("ends_by_its_date", models.BooleanField(default=False)),
                    ("tenant_told", models.BooleanField(default=True, verbose_name="le locataire en est informé")),
                    ("precaution", models.BooleanField(default=False)),
                    ("retired_on", models.DateField(blank=True, null=True)),
                    ("added_on", models.DateField(blank=True, null=True)),
                    (
                        "added_by",
                        models.ForeignKey(
                            null=True, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{2,31}$")),
                            name="fact_code_is_a_code",
                            violation_error_message="Écrivez le code en minuscules, sans accent ni espace.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("life_months__gte", 1), ("life_months__lte", 36)),
                            name="fact_code_has_a_life",
                            violation_error_message="La durée d’un fait doit être comprise entre un mois et trois ans.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("writers__regex", "^[a-z_]+(\\|[a-z_]+)*$"),
                                ("readers__regex", "^[a-z_]+(\\|[a-z_]+)*$"),
                                ("fields__regex", "^[a-z_]+:[a-z]+(;[a-z_]+:[a-z]+)*$"),
                            ),
                            name="fact_code_is_well_formed",
                            violation_error_message="Indiquez les rôles qui écrivent le code, ceux qui le lisent et ses champs.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("precaution", False),
                                models.Q(("life_months__lte", 6), ("tenant_told", True), ("writers", "sector_manager")),
                                _connector="OR",
                            ),
                            name="fact_precaution_is_a_managers",
                            violation_error_message="Une consigne doit être décidée par un responsable et communiquée au locataire, pour six mois au plus.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FactTerm",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("list", models.CharField(max_length=24)),
                    ("code", models.CharField(max_length=40)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("list", "code"),
                            name="fact_term_once",
                            violation_error_message="Ce mot est déjà dans la liste.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CardFact",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
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
                        "code",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to="casework.factcode"
                        ),
                    ),
                    ("fields", casework.models.fact.FactFields()),
                    ("ends_on", models.DateField(verbose_name="jusqu’au")),
                    ("told_on", models.DateField(blank=True, null=True, verbose_name="communiqué au locataire le")),
                    ("contested_on", models.DateField(blank=True, null=True)),
                    ("kept_on", models.DateField(blank=True, null=True)),
                    (
                        "kept_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("written_on", models.DateField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("withdrawn_on", models.DateField(blank=True, null=True)),
                    (
                        "withdrawn_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("replaces", models.UUIDField(blank=True, editable=False, null=True)),
                    (
                        "residence",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="facts", to="tenants.residence"
                        ),
                    ),
                    ("written_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__gte", models.F("written_on"))),
                            name="card_fact_ends_after_it_was_written",
                            violation_error_message="La fin d’un fait ne peut pas précéder le jour de son enregistrement.",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("written_by__isnull", False)),
                            fields=["written_by", "-written_on"],
                            name="card_fact_by_writer",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DwellingFact",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
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
                        "code",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to="casework.factcode"
                        ),
                    ),
                    ("fields", casework.models.fact.FactFields()),
                    ("ends_on", models.DateField(verbose_name="jusqu’au")),
                    ("told_on", models.DateField(blank=True, null=True, verbose_name="communiqué au locataire le")),
                    ("contested_on", models.DateField(blank=True, null=True)),
                    ("kept_on", models.DateField(blank=True, null=True)),
                    (
                        "kept_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("written_on", models.DateField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("withdrawn_on", models.DateField(blank=True, null=True)),
                    (
                        "withdrawn_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("replaces", models.UUIDField(blank=True, editable=False, null=True)),
                    (
                        "unit",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="facts", to="buildings.unit"
                        ),
                    ),
                    (
                        "lease",
                        models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="tenants.lease"),
                    ),
                    ("written_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__gte", models.F("written_on"))),
                            name="dwelling_fact_ends_after_it_was_written",
                            violation_error_message="La fin d’un fait ne peut pas précéder le jour de son enregistrement.",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("written_by__isnull", False)),
                            fields=["written_by", "-written_on"],
                            name="dwelling_fact_by_writer",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AccountFact",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
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
                        "code",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to="casework.factcode"
                        ),
                    ),
                    ("fields", casework.models.fact.FactFields()),
                    ("ends_on", models.DateField(verbose_name="jusqu’au")),
                    ("told_on", models.DateField(blank=True, null=True, verbose_name="communiqué au locataire le")),
                    ("contested_on", models.DateField(blank=True, null=True)),
                    ("kept_on", models.DateField(blank=True, null=True)),
                    (
                        "kept_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("written_on", models.DateField()),
                    (
                        "written_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("withdrawn_on", models.DateField(blank=True, null=True)),
                    (
                        "withdrawn_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("replaces", models.UUIDField(blank=True, editable=False, null=True)),
                    (
                        "account",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="facts", to="tenants.account"
                        ),
                    ),
                    ("written_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("ends_on__gte", models.F("written_on"))),
                            name="account_fact_ends_after_it_was_written",
                            violation_error_message="La fin d’un fait ne peut pas précéder le jour de son enregistrement.",
                        )
                    ],
                    "indexes": [
                        models.Index(
                            condition=models.Q(("written_by__isnull", False)),
                            fields=["written_by", "-written_on"],
                            name="account_fact_by_writer",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AccountNote",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "account",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="notes", to="tenants.account"
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
                        "code",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to="casework.factcode"
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("no_code", "aucun code ne convient"),
                                ("several_parties", "accord entre plusieurs parties"),
                                ("unusual_agreement", "accord particulier sur un paiement"),
                                ("technical_detail", "précision technique utile à l’intervention"),
                                ("exact_place", "emplacement à décrire"),
                                ("sequence", "suite de faits à garder dans l’ordre"),
                                ("third_commitment", "engagement d’un tiers"),
                                ("legal_point", "point juridique à conserver"),
                                ("tenant_words", "texte demandé par le locataire"),
                                ("correction", "précision apportée à une note remplacée"),
                                ("contested", "phrase contestée, en attente de réponse"),
                                ("inherited", "commentaire repris de l’ancien logiciel"),
                            ],
                            max_length=32,
                            verbose_name="pourquoi le fait ne suffit pas",
                        ),
                    ),
                    ("text", privacy.screened.ScreenedText(max_length=280, verbose_name="phrase")),
                    ("ends_on", models.DateField(verbose_name="date d’effacement")),
                    ("written_on", models.DateField()),
                    ("first_written_on", models.DateField(blank=True, editable=False, null=True)),
                    (
                        "written_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("withdrawn_on", models.DateField(blank=True, null=True)),
                    (
                        "withdrawn_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("replaces", models.UUIDField(blank=True, editable=False, null=True)),
                    ("written_at", models.DateTimeField(editable=False, null=True)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_on__gte", models.F("written_on")),
                                ("ends_on__lte", CombinedExpression(models.F("written_on"), "+", models.Value(366))),
                            ),
                            name="note_ends_within_a_year",
                            violation_error_message="Une note doit être effacée dans les douze mois.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("text", ""), _negated=True),
                            name="note_says_something",
                            violation_error_message="Une note ne peut pas être vide.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "reason__in",
                                    [
                                        "no_code",
                                        "several_parties",
                                        "unusual_agreement",
                                        "technical_detail",
                                        "exact_place",
                                        "sequence",
                                        "third_commitment",
                                        "legal_point",
                                        "tenant_words",
                                        "correction",
                                        "contested",
                                        "inherited",
                                    ],
                                )
                            ),
                            name="note_has_its_reason",
                            violation_error_message="Indiquez pourquoi le fait ne suffit pas.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ContestedSentence",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "account",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="contests", to="tenants.account"
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
                        "code",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to="casework.factcode"
                        ),
                    ),
                    (
                        "reason",
                        models.CharField(
                            choices=[
                                ("no_code", "aucun code ne convient"),
                                ("several_parties", "accord entre plusieurs parties"),
                                ("unusual_agreement", "accord particulier sur un paiement"),
                                ("technical_detail", "précision technique utile à l’intervention"),
                                ("exact_place", "emplacement à décrire"),
                                ("sequence", "suite de faits à garder dans l’ordre"),
                                ("third_commitment", "engagement d’un tiers"),
                                ("legal_point", "point juridique à conserver"),
                                ("tenant_words", "texte demandé par le locataire"),
                                ("correction", "précision apportée à une note remplacée"),
                                ("contested", "phrase contestée, en attente de réponse"),
                                ("inherited", "commentaire repris de l’ancien logiciel"),
                            ],
                            max_length=32,
                        ),
                    ),
                    ("sentence", privacy.encryption.fields.EncryptedField(null=True)),  # type: ignore[misc]
                    ("categories", models.CharField(max_length=64)),
                    ("ends_on", models.DateField()),
                    ("asked_on", models.DateField()),
                    (
                        "asked_by",
                        models.ForeignKey(
                            db_index=False, on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                        ),
                    ),
                    ("answer_by", models.DateField()),
                    (
                        "proposal",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("allow_once", "texte admis une fois"),
                                ("allow_wording", "formulation admise pour l’organisme"),
                                ("replace_fact", "remplacé par un fait codé"),
                                ("erased", "effacé"),
                                ("expired", "effacé à 30 jours sans décision"),
                                ("suspended", "suspendu par le délégué à la protection des données"),
                            ],
                            max_length=16,
                        ),
                    ),
                    ("wording", models.CharField(blank=True, max_length=80, verbose_name="formulation à admettre")),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "outcome",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("allow_once", "texte admis une fois"),
                                ("allow_wording", "formulation admise pour l’organisme"),
                                ("replace_fact", "remplacé par un fait codé"),
                                ("erased", "effacé"),
                                ("expired", "effacé à 30 jours sans décision"),
                                ("suspended", "suspendu par le délégué à la protection des données"),
                            ],
                            max_length=16,
                        ),
                    ),
                    ("decided_on", models.DateField(blank=True, null=True)),
                    (
                        "decided_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("suspended_on", models.DateField(blank=True, null=True)),
                    (
                        "suspended_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "advice",
                        models.CharField(
                            blank=True,
                            choices=[
                                (
                                    "proper_name",
                                    "un nom de lieu, d’immeuble ou d’entreprise\xa0: la formulation peut être admise",
                                ),
                                ("says_nothing", "ne dit rien d’une personne\xa0: le texte peut passer une fois"),
                                ("say_less", "dire moins\xa0: un fait codé suffit"),
                                ("special_category", "révèle une donnée sensible (RGPD, art. 9)\xa0: à effacer"),
                                ("offence", "dit une infraction ou une condamnation (RGPD, art. 10)\xa0: à effacer"),
                                ("not_relevant", "sans rapport avec le bail (RGPD, art. 5-1 c)\xa0: à effacer"),
                                ("hear_writer", "entendre d’abord son auteur"),
                            ],
                            max_length=24,
                        ),
                    ),
                    ("advised_on", models.DateField(blank=True, null=True)),
                    (
                        "advised_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("outcome", ""),
                                models.Q(
                                    ("decided_by__isnull", False),
                                    ("decided_on__isnull", False),
                                    ("outcome", models.F("proposal")),
                                ),
                                _connector="OR",
                            ),
                            name="contest_decided_as_proposed",
                            violation_error_message="Un refus contesté doit être décidé à deux, à partir d’une proposition.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("decided_by__isnull", True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="contest_takes_two",
                            violation_error_message="La personne qui a fait la proposition ne peut pas en décider.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("proposal", "allow_wording"), _negated=True),
                                models.Q(("wording", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="contest_says_its_wording",
                            violation_error_message="Écrivez la formulation à admettre.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("advice", ""),
                                models.Q(("advised_by__isnull", False), ("advised_on__isnull", False)),
                                _connector="OR",
                            ),
                            name="contest_advice_is_signed",
                            violation_error_message="Un avis doit être signé et daté.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AllowedWording",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("text", models.CharField(max_length=80)),
                    (
                        "proposed_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    (
                        "allowed_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                    ("allowed_on", models.DateField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("text",),
                            name="allowed_wording_once",
                            violation_error_message="Cette formulation est déjà admise.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("proposed_by", models.F("allowed_by")), _negated=True),
                            name="allowed_wording_takes_two",
                            violation_error_message="La personne qui a fait la proposition ne peut pas en décider.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LegacyCommentFile",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ("fingerprint", models.CharField(db_collation="C", max_length=64)),
                    ("begun_on", models.DateField()),
                    ("finished_on", models.DateField(blank=True, null=True)),
                    ("position", models.BigIntegerField(default=0)),
                    ("lines", models.PositiveIntegerField(default=0)),
                    ("refused", models.PositiveIntegerField(default=0)),
                    ("imported", models.PositiveIntegerField(default=0)),
                    ("noted", models.PositiveIntegerField(default=0)),
                    ("waiting", models.PositiveIntegerField(default=0)),
                    ("replaced", models.PositiveIntegerField(default=0)),
                    ("erased", models.PositiveIntegerField(default=0)),
                    ("retained", models.PositiveIntegerField(default=0)),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("fingerprint",),
                            name="inheritance_once",
                            violation_error_message="Ce fichier est déjà repris, ou sa reprise est en cours.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "imported",
                                    CombinedExpression(
                                        CombinedExpression(
                                            CombinedExpression(
                                                CombinedExpression(models.F("noted"), "+", models.F("waiting")),
                                                "+",
                                                models.F("replaced"),
                                            ),
                                            "+",
                                            models.F("erased"),
                                        ),
                                        "+",
                                        models.F("retained"),
                                    ),
                                )
                            ),
                            name="inheritance_adds_up",
                            violation_error_message="Les nombres de lignes de cette reprise ne correspondent pas au total.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LegacyComment",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=models.PROTECT, related_name="sealed_lines", to="casework.legacycommentfile"
                        ),
                    ),
                    ("line", models.PositiveIntegerField()),
                    (
                        "account",
                        models.ForeignKey(
                            db_constraint=False, on_delete=models.PROTECT, related_name="+", to="tenants.account"
                        ),
                    ),
                    (
                        "building",
                        models.ForeignKey(
                            db_constraint=False,
                            editable=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to="buildings.building",
                        ),
                    ),
                    ("agency", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="access.place")),
                    (
                        "category",
                        models.CharField(
                            choices=[
                                ("health", "health"),
                                ("addiction", "addiction"),
                                ("origin", "origin"),
                                ("religion", "religion"),
                                ("politics", "politics"),
                                ("sexuality", "sexuality"),
                                ("offence", "offence"),
                                ("private_life", "private_life"),
                                ("hardship", "hardship"),
                                ("judgement", "judgement"),
                                ("iban", "iban"),
                                ("phone", "phone"),
                                ("name", "name"),
                                ("long", "long"),
                            ],
                            max_length=16,
                        ),
                    ),
                    ("sentence", privacy.encryption.fields.EncryptedField()),
                    ("signs", models.PositiveIntegerField()),
                    ("first_written_on", models.DateField()),
                    ("ends_on", models.DateField()),
                    (
                        "ground",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("not_a_disclosure", "ne dit rien d’une personne : la vérification s’est trompée"),
                                ("legal_claim", "droit à constater, exercer ou défendre en justice (RGPD, art. 9-2 f)"),
                                (
                                    "explicit_consent",
                                    "consentement exprès de la personne, conservé au dossier (RGPD, art. 9-2 a)",
                                ),
                                (
                                    "victims_claim",
                                    "infraction dont l’organisme est victime, le temps du procès (loi n° 78-17, art. 46)",
                                ),
                            ],
                            max_length=32,
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    (
                        "outcome",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("erased", "effacée"),
                                ("replaced", "remplacée par un fait"),
                                ("kept", "conservée par décision à deux, avec son fondement"),
                                ("expired", "effacée à son terme, sans décision"),
                            ],
                            max_length=16,
                        ),
                    ),
                    (
                        "decided_by",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [models.Index(fields=["agency", "category"], name="inherited_by_agency")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("file", "line"),
                            name="inherited_line_once",
                            violation_error_message="Cette ligne du fichier est déjà sous scellés.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("ground", ""), ("proposed_by__isnull", True)),
                                models.Q(models.Q(("ground", ""), _negated=True), ("proposed_by__isnull", False)),
                                _connector="OR",
                            ),
                            name="inherited_ground_is_somebodys",
                            violation_error_message="Une proposition de conservation doit indiquer son auteur.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ground", ""), ("signs__lte", 280), _connector="OR"),
                            name="inherited_kept_fits_a_note",
                            violation_error_message="Cette ligne est trop longue pour une note : elle ne peut pas être conservée.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("outcome", ""), ("decided_by__isnull", False), _connector="OR"),
                            name="inherited_decided_by_somebody",
                            violation_error_message="Une décision sur une ligne doit indiquer son auteur.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("outcome", "kept"), _negated=True),
                                models.Q(
                                    models.Q(("ground", ""), _negated=True),
                                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="inherited_kept_by_two",
                            violation_error_message="La conservation d’une ligne se décide à deux : la personne qui l’a proposée ne peut pas l’accorder.",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="LegacyCommentTally",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "file",
                        models.ForeignKey(
                            on_delete=models.PROTECT, related_name="tallies", to="casework.legacycommentfile"
                        ),
                    ),
                    ("agency", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="access.place")),
                    (
                        "category",
                        models.CharField(
                            choices=[
                                ("health", "health"),
                                ("addiction", "addiction"),
                                ("origin", "origin"),
                                ("religion", "religion"),
                                ("politics", "politics"),
                                ("sexuality", "sexuality"),
                                ("offence", "offence"),
                                ("private_life", "private_life"),
                                ("hardship", "hardship"),
                                ("judgement", "judgement"),
                                ("iban", "iban"),
                                ("phone", "phone"),
                                ("name", "name"),
                                ("long", "long"),
                            ],
                            max_length=16,
                        ),
                    ),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("erased", "effacée"),
                                ("replaced", "remplacée par un fait"),
                                ("kept", "conservée par décision à deux, avec son fondement"),
                                ("expired", "effacée à son terme, sans décision"),
                            ],
                            max_length=16,
                        ),
                    ),
                    (
                        "ground",
                        models.CharField(
                            blank=True,
                            choices=[
                                ("not_a_disclosure", "ne dit rien d’une personne : la vérification s’est trompée"),
                                ("legal_claim", "droit à constater, exercer ou défendre en justice (RGPD, art. 9-2 f)"),
                                (
                                    "explicit_consent",
                                    "consentement exprès de la personne, conservé au dossier (RGPD, art. 9-2 a)",
                                ),
                                (
                                    "victims_claim",
                                    "infraction dont l’organisme est victime, le temps du procès (loi n° 78-17, art. 46)",
                                ),
                            ],
                            max_length=32,
                        ),
                    ),
                    ("lines", models.PositiveIntegerField()),
                ],
                options={
                    "default_permissions": (),
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("file", "agency", "category", "outcome", "ground"),
                            name="inheritance_tally_once",
                            violation_error_message="Ce décompte existe déjà.",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DestructionCertificate",
                fields=[
                    (
                        "file",
                        models.OneToOneField(
                            editable=False,
                            on_delete=models.PROTECT,
                            primary_key=True,
                            related_name="certificate",
                            serialize=False,
                            to="casework.legacycommentfile",
                        ),
                    ),
                    ("statement", models.JSONField()),
                    ("key_id", models.CharField(max_length=32)),
                    ("signature", models.CharField(max_length=88)),
                    ("issued_on", models.DateField()),
                    (
                        "issued_by",
                        models.ForeignKey(on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                    ),
                ],
                options={
                    "default_permissions": (),
                },
            ),
            migrations.CreateModel(
                name="ContactAttempt",
                fields=[
                    ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("reached", "locataire joint"),
                                ("no_answer", "pas de réponse"),
                                ("call_back", "à rappeler"),
                                ("appointment", "rendez-vous convenu"),
                                ("adviser_offered", "conseiller social proposé"),
                            ],
                            max_length=16,
                            verbose_name="résultat",
                        ),
                    ),
                    ("made_on", models.DateField(verbose_name="contacté le")),
                    ("made_at", models.DateTimeField(auto_now_add=True)),
                    ("back_on", models.DateField(verbose_name="à contacter de nouveau le")),
                    (
                        "account",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="contact_attempts",
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
                        "made_by",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=models.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "default_permissions": (),
                    "indexes": [
                        models.Index(fields=["account", "made_at"], name="contact_of_account"),
                        models.Index(fields=["building", "back_on"], name="contact_coming_back"),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("outcome__in", ["reached", "no_answer", "call_back", "appointment", "adviser_offered"])
                            ),
                            name="contact_outcome_known",
                            violation_error_message="Choisissez le résultat du contact dans la liste.",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("back_on__gte", models.F("made_on")),
                                (
                                    "back_on__lte",
                                    CombinedExpression(models.F("made_on"), "+", models.Value(92)),
                                ),
                            ),
                            name="contact_comes_back_in_time",
                            violation_error_message="Le contact suivant doit avoir lieu dans les trois mois.",
                        ),
                    ],
                },
            ),
        ),
        *(migrations.RunSQL(KEY.format(*key)) for key in SAME_BUILDING),
        load_sql(
            "casework",
            "offices",
            "masked",
            "retention",
            "facts",
            "contests",
            "contest_answers",
            "legacy_comments",
            "contact_attempts",
            "restrictions",
        ),
        migrations.RunPython(load_vocabulary, migrations.RunPython.noop),
    ]
