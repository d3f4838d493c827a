"""The pool, shortlists, the commission, offers, hand-overs, trials of grids, and figures for steering."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from audit.sql_files import load_sql


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_committee"),
        ("allocations", "0001_initial"),
        ("buildings", "0003_committee"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("held_at", models.DateTimeField(verbose_name="jour et heure")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("convened", "convoquée"),
                            ("open", "ouverte"),
                            ("closed", "close"),
                            ("signed", "procès-verbal signé"),
                        ],
                        default="convened",
                        max_length=16,
                        verbose_name="état",
                    ),
                ),
                ("quorum", models.PositiveSmallIntegerField(null=True, verbose_name="quorum")),
                ("convened_on", models.DateField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("minutes_digest", models.CharField(blank=True, default="", max_length=64)),
                (
                    "convened_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                        condition=models.Q(
                            models.Q(
                                ("opened_at__isnull", True),
                                ("quorum__isnull", True),
                                ("signed_at__isnull", True),
                                ("state", "convened"),
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
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "few_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("too_few", "moins de trois demandes remplissent les conditions"),
                            ("dalo", "ménage désigné par le préfet au titre du DALO"),
                            ("very_social", "logement financé en PLAI, très social"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="moins de trois candidats",
                    ),
                ),
                (
                    "vacancy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="allocations.vacancy"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="allocations.session",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "vacancy"),
                        name="agenda_item_once",
                        violation_error_message="Ce logement est déjà inscrit à cette séance.",
                    ),
                    models.UniqueConstraint(
                        fields=("session", "position"),
                        name="agenda_position_once",
                        violation_error_message="Cette place de l’ordre du jour est déjà prise.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("few_reason", ""), ("few_reason__in", ["too_few", "dalo", "very_social"]), _connector="OR"
                        ),
                        name="agenda_few_reason_listed",
                        violation_error_message="Cette raison n’est pas dans la liste.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidacy",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro de fiche")),
                ("rank", models.PositiveSmallIntegerField(null=True, verbose_name="rang de la présélection")),
                ("designated_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("designated", "désignée"),
                            ("presented", "présentée"),
                            ("withdrawn", "retirée avant la commission"),
                            ("ranked", "classée"),
                            ("conditional", "attribuée sous condition"),
                            ("declined", "non attribuée"),
                            ("inadmissible", "irrecevable"),
                            ("offered", "logement proposé"),
                            ("accepted", "logement accepté"),
                            ("refused", "logement refusé"),
                            ("silent", "sans réponse"),
                        ],
                        default="designated",
                        max_length=16,
                        verbose_name="état",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="candidacies",
                        to="allocations.application",
                    ),
                ),
                (
                    "contingent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocations.contingent",
                    ),
                ),
                (
                    "designated_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="candidacies",
                        to="allocations.agendaitem",
                    ),
                ),
                (
                    "vacancy",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="candidacies",
                        to="allocations.vacancy",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vacancy", "application"),
                        name="candidacy_once",
                        violation_error_message="Cette demande est déjà candidate à ce logement.",
                    ),
                    models.UniqueConstraint(
                        fields=("vacancy", "number"),
                        name="candidacy_number_once",
                        violation_error_message="Ce numéro de fiche existe déjà.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "designated",
                                    "presented",
                                    "withdrawn",
                                    "ranked",
                                    "conditional",
                                    "declined",
                                    "inadmissible",
                                    "offered",
                                    "accepted",
                                    "refused",
                                    "silent",
                                ],
                            )
                        ),
                        name="candidacy_state_known",
                        violation_error_message="Cet état n’existe pas.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("a", "attribution"),
                            ("b", "attribution par classement"),
                            ("c", "attribution sous condition suspensive"),
                            ("d", "non-attribution"),
                            ("e", "irrecevabilité"),
                        ],
                        max_length=1,
                        verbose_name="décision",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rang")),
                (
                    "motive",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("over_every_ceiling", "Ressources au-dessus de tous les plafonds"),
                            ("no_right_of_residence", "Pas de droit au séjour"),
                            ("over_this_ceiling", "Ressources au-dessus du plafond de ce logement"),
                            ("paper_missing", "Justificatif demandé et non fourni"),
                            ("too_small", "Logement trop petit"),
                            ("too_large", "Logement trop grand"),
                            ("not_accessible", "Logement non adapté au handicap"),
                            ("effort_rate", "Taux d’effort et reste à vivre hors des limites du règlement"),
                            ("owner_suited", "Propriétaire d’un logement adapté"),
                            ("fragile_residence", "Résidence fragile nommée par la CIA"),
                            ("other_ranked_before", "Autres candidats mieux classés"),
                            ("not_applicable_now", "Demande radiée ou retirée"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="motif",
                    ),
                ),
                (
                    "figures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "missing_document",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("identity", "identité et, s’il y a lieu, régularité du séjour"),
                            ("tax_notice_n2", "avis d’imposition de l’avant-dernière année"),
                            ("tax_notice_n1", "avis d’imposition de la dernière année"),
                            ("income_twelve_months", "ressources des douze derniers mois"),
                            ("monthly_resources", "ressources mensuelles"),
                            ("household", "composition du foyer"),
                            ("separation", "séparation en cours ou prononcée, ou veuvage"),
                            ("work", "situation professionnelle"),
                            ("current_housing", "logement actuel"),
                            ("housing_cost", "dépense de logement"),
                            ("mobility_card", "carte mobilité inclusion « invalidité »"),
                            ("reason", "motif de la demande"),
                        ],
                        default="",
                        max_length=24,
                        verbose_name="pièce manquante",
                    ),
                ),
                ("document_by", models.DateField(blank=True, null=True, verbose_name="à fournir avant le")),
                ("proposed_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("proposed", "proposée"), ("adopted", "adoptée"), ("rejected", "rejetée")],
                        default="proposed",
                        max_length=16,
                        verbose_name="issue",
                    ),
                ),
                ("votes_for", models.PositiveSmallIntegerField(null=True)),
                ("votes_against", models.PositiveSmallIntegerField(null=True)),
                ("by_casting", models.BooleanField(default=False, verbose_name="par la voix prépondérante")),
                (
                    "candidacy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="allocations.candidacy",
                    ),
                ),
                (
                    "proposed_by",
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
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "rejected"), _negated=True),
                        fields=("candidacy",),
                        name="decision_one_at_a_time",
                        violation_error_message="Une décision est déjà proposée ou adoptée pour cette fiche.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "d"),
                                (
                                    "motive__in",
                                    [
                                        "over_this_ceiling",
                                        "paper_missing",
                                        "too_small",
                                        "too_large",
                                        "not_accessible",
                                        "effort_rate",
                                        "owner_suited",
                                        "fragile_residence",
                                        "other_ranked_before",
                                        "not_applicable_now",
                                    ],
                                ),
                            ),
                            models.Q(("kind", "e"), ("motive__in", ["over_every_ceiling", "no_right_of_residence"])),
                            models.Q(("kind__in", ["a", "b", "c"]), ("motive", "")),
                            _connector="OR",
                        ),
                        name="motive_for_d_and_e",
                        violation_error_message="Un refus demande un motif de la liste, et lui seul.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document_by__isnull", False),
                                ("kind", "c"),
                                (
                                    "missing_document__in",
                                    [
                                        "identity",
                                        "tax_notice_n2",
                                        "tax_notice_n1",
                                        "income_twelve_months",
                                        "monthly_resources",
                                        "household",
                                        "separation",
                                        "work",
                                        "current_housing",
                                        "housing_cost",
                                        "mobility_card",
                                        "reason",
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(("kind", "c"), _negated=True),
                                ("document_by__isnull", True),
                                ("missing_document", ""),
                            ),
                            _connector="OR",
                        ),
                        name="condition_names_one_paper",
                        violation_error_message="Une attribution sous condition nomme une pièce de la liste et sa date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "a"), ("rank", 1), ("rank__isnull", False)),
                            models.Q(("kind__in", ["b", "c"]), ("rank__gte", 1), ("rank__isnull", False)),
                            models.Q(("kind__in", ["d", "e"]), ("rank", None)),
                            _connector="OR",
                        ),
                        name="decision_rank_of_its_kind",
                        violation_error_message="Une attribution a un rang, un refus n’en a pas.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("by_casting", False),
                                ("outcome", "proposed"),
                                ("votes_against__isnull", True),
                                ("votes_for__isnull", True),
                            ),
                            models.Q(
                                ("outcome__in", ["adopted", "rejected"]),
                                ("votes_against__isnull", False),
                                ("votes_for__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decision_counted",
                        violation_error_message="Une décision est adoptée ou rejetée après le décompte des voix.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by_casting", False), ("votes_for", models.F("votes_against")), _connector="OR"
                        ),
                        name="casting_breaks_ties_only",
                        violation_error_message="La voix prépondérante ne compte qu’en cas d’égalité.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GridTrial",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("draft", models.UUIDField()),
                ("version", models.PositiveIntegerField(verbose_name="version du projet")),
                ("asked_on", models.DateField()),
                ("computed_on", models.DateField(blank=True, null=True)),
                (
                    "compared_with",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="version en vigueur"),
                ),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("asked_on",),
                        name="grid_trial_once_a_day",
                        violation_error_message="Un essai a déjà été demandé aujourd’hui : demandez le suivant demain.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("compared_with__isnull", True), ("computed_on__isnull", True), ("digest", "")),
                            models.Q(
                                ("compared_with__isnull", False),
                                ("computed_on__isnull", False),
                                ("digest__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="grid_trial_computed_in_full",
                        violation_error_message="Le résultat de cet essai est incomplet.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GridTrialCount",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "population",
                    models.CharField(
                        choices=[
                            ("all", "toutes les demandes"),
                            ("quartile_1", "premier quart, aux revenus les plus bas"),
                            ("quartile_2", "deuxième quart"),
                            ("quartile_3", "troisième quart"),
                            ("quartile_4", "dernier quart, aux revenus les plus hauts"),
                            ("without_income", "revenu non déclaré"),
                            ("one_person", "une personne"),
                            ("two_persons", "deux personnes, sans enfant"),
                            ("more_persons", "trois personnes ou plus, sans enfant"),
                            ("lone_parent", "parent seul"),
                            ("family", "autre famille avec enfants"),
                            ("under_1_year", "moins d’un an"),
                            ("from_1_to_3_years", "d’un an à moins de trois ans"),
                            ("from_3_to_6_years", "de trois ans à moins de six ans"),
                            ("over_6_years", "six ans et plus"),
                        ],
                        max_length=20,
                        verbose_name="demandes comptées",
                    ),
                ),
                ("moved_up", models.PositiveIntegerField(blank=True, null=True, verbose_name="montent")),
                ("unchanged", models.PositiveIntegerField(blank=True, null=True, verbose_name="ne bougent pas")),
                ("moved_down", models.PositiveIntegerField(blank=True, null=True, verbose_name="descendent")),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="allocations.gridtrial"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trial", "population"),
                        name="grid_trial_count_once",
                        violation_error_message="Ces demandes sont déjà comptées.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("moved_down__isnull", True), ("moved_up__isnull", True), ("unchanged__isnull", True)
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "moved_up",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("moved_up"), "/", models.Value(5)
                                            ),
                                            "*",
                                            models.Value(5),
                                        ),
                                    ),
                                    ("moved_up__gte", 5),
                                    ("moved_up__isnull", False),
                                ),
                                models.Q(
                                    (
                                        "unchanged",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("unchanged"), "/", models.Value(5)
                                            ),
                                            "*",
                                            models.Value(5),
                                        ),
                                    ),
                                    ("unchanged__gte", 5),
                                    ("unchanged__isnull", False),
                                ),
                                models.Q(
                                    (
                                        "moved_down",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("moved_down"), "/", models.Value(5)
                                            ),
                                            "*",
                                            models.Value(5),
                                        ),
                                    ),
                                    ("moved_down__gte", 5),
                                    ("moved_down__isnull", False),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="grid_trial_count_hides_few",
                        violation_error_message="Un nombre inférieur à cinq, ou qui n’est pas arrondi, ne s’enregistre pas.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sent_on", models.DateField()),
                ("delay_days", models.PositiveSmallIntegerField(verbose_name="délai de réponse, en jours")),
                (
                    "delivery",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("handed", "remise en main propre"),
                            ("registered", "lettre recommandée remise"),
                            ("presented", "lettre recommandée présentée, non retirée"),
                            ("electronic", "envoi électronique avec accusé de réception"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="notification",
                    ),
                ),
                ("notified_on", models.DateField(blank=True, null=True, verbose_name="notifiée le")),
                ("answer_by", models.DateField(null=True, verbose_name="réponse avant la fin du")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "accepte"),
                            ("refused", "refuse"),
                            ("silent", "n’a pas répondu dans le délai"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="réponse",
                    ),
                ),
                ("answered_on", models.DateField(blank=True, null=True, verbose_name="répondu le")),
                (
                    "candidacy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offer", to="allocations.candidacy"
                    ),
                ),
                (
                    "sent_by",
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
                        condition=models.Q(
                            ("delay_days__gte", 10),
                            models.Q(
                                ("answer_by__isnull", True),
                                (
                                    "answer_by__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("notified_on"), "+", models.F("delay_days")
                                    ),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="offer_ten_days",
                        violation_error_message="Une proposition laisse au moins dix jours pour répondre.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer_by__isnull", True), ("delivery", ""), ("notified_on__isnull", True)),
                            models.Q(
                                ("answer_by__isnull", False),
                                ("delivery__in", ["handed", "registered", "presented", "electronic"]),
                                ("notified_on__gte", models.F("sent_on")),
                                ("notified_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="offer_notified_once",
                        violation_error_message="La notification suit l’envoi, et fixe le dernier jour pour répondre.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_on__isnull", True)),
                            models.Q(
                                ("answer__in", ["accepted", "refused"]),
                                ("answered_on__gte", models.F("sent_on")),
                                ("answered_on__isnull", False),
                            ),
                            models.Q(
                                ("answer", "silent"),
                                ("answer_by__isnull", False),
                                ("answered_on__gt", models.F("answer_by")),
                                ("answered_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="answer_in_time",
                        violation_error_message="Le silence vaut refus après le dernier jour, pas avant.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__in", ["accepted", "refused"]), _negated=True),
                            ("answer_by__isnull", True),
                            ("answered_on__lte", models.F("answer_by")),
                            _connector="OR",
                        ),
                        name="answer_not_after_the_delay",
                        violation_error_message="Le délai de réponse est passé : le silence a valu refus.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("pseudonym", models.UUIDField(db_index=True)),
                ("rooms", models.PositiveSmallIntegerField()),
                ("ranking_points", models.IntegerField()),
                ("verified", models.IntegerField()),
                ("declared", models.IntegerField()),
                ("filed_on", models.DateField()),
                ("persons", models.PositiveSmallIntegerField()),
                ("priority", models.BooleanField()),
                (
                    "equipment",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                    ),
                ),
                (
                    "within_ceilings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), blank=True, default=list, size=None
                    ),
                ),
                (
                    "kept_at",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.place",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        models.F("kept_at"),
                        models.F("rooms"),
                        models.F("equipment"),
                        models.OrderBy(models.F("ranking_points"), descending=True),
                        models.F("filed_on"),
                        name="pool_by_rank",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolLink",
            fields=[
                ("pseudonym", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="allocations.application"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="RankingKey",
            fields=[
                (
                    "vacancy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="allocations.vacancy",
                    ),
                ),
                ("key", models.BinaryField()),
                ("drawn_on", models.DateField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "voice",
                    models.CharField(
                        choices=[
                            ("landlord", "organisme"),
                            ("tenants", "locataires"),
                            ("mayor", "maire de la commune"),
                            ("prefect", "préfet"),
                            ("epci", "intercommunalité"),
                            ("advisory", "voix consultative"),
                        ],
                        max_length=16,
                        verbose_name="siège",
                    ),
                ),
                ("chairs", models.BooleanField(default=False, verbose_name="préside")),
                ("casting", models.BooleanField(default=False, verbose_name="voix prépondérante")),
                ("present", models.BooleanField(default=False, verbose_name="présent")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="membre",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="allocations.session",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "person"),
                        name="seat_once",
                        violation_error_message="Cette personne siège déjà à cette séance.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("chairs", True)),
                        fields=("session",),
                        name="one_chair",
                        violation_error_message="Une séance a une seule personne qui préside.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("casting", True)),
                        fields=("session",),
                        name="one_casting_vote",
                        violation_error_message="Une seule voix est prépondérante.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voice__in", ["landlord", "tenants", "mayor", "prefect", "epci", "advisory"]),
                            models.Q(("casting", False), ("voice", "mayor"), _connector="OR"),
                            models.Q(("chairs", False), ("voice__in", ["landlord", "tenants"]), _connector="OR"),
                        ),
                        name="seat_right_known",
                        violation_error_message="La voix prépondérante est celle du maire ; les membres de l’organisme élisent qui préside.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("declared_at", models.DateTimeField()),
                (
                    "candidacy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recusals", to="allocations.candidacy"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="allocations.seat",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seat", "candidacy"),
                        name="recusal_once",
                        violation_error_message="Vous vous êtes déjà récusé pour cette fiche.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shortlist",
            fields=[
                (
                    "vacancy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="shortlist",
                        serialize=False,
                        to="allocations.vacancy",
                    ),
                ),
                ("run_on", models.DateField()),
                ("eligible", models.PositiveIntegerField()),
                (
                    "grid",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="allocations.grid",
                    ),
                ),
                (
                    "run_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ShortlistLine",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("pseudonym", models.UUIDField()),
                ("verified", models.IntegerField(verbose_name="tranche, données vérifiées")),
                ("declared", models.IntegerField(verbose_name="tranche, données déclarées")),
                ("filed_on", models.DateField(verbose_name="date de dépôt")),
                ("persons", models.PositiveSmallIntegerField(verbose_name="personnes")),
                ("priority", models.BooleanField(verbose_name="motif prioritaire reconnu")),
                (
                    "equipment",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                    ),
                ),
                ("tie_break", models.CharField(max_length=64)),
                (
                    "vacancy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="allocations.vacancy"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vacancy", "rank"),
                        name="shortlist_rank_once",
                        violation_error_message="Ce rang est déjà attribué.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "choice",
                    models.CharField(
                        choices=[("for", "pour"), ("against", "contre"), ("abstain", "abstention")],
                        max_length=8,
                        verbose_name="vote",
                    ),
                ),
                ("cast_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="allocations.decision",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="allocations.seat"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "seat"),
                        name="vote_once",
                        violation_error_message="Vous avez déjà voté sur cette décision.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("choice__in", ["for", "against", "abstain"])),
                        name="vote_choice_listed",
                        violation_error_message="Ce vote n’est pas dans la liste.",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="legalfigure",
            name="legal_figure_listed",
        ),
        migrations.RemoveConstraint(
            model_name="occasion",
            name="occasion_reason_listed",
        ),
        migrations.AddField(
            model_name="scoreband",
            name="ranking_points",
            field=models.IntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="vacancy",
            name="eligible",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="legalfigure",
            name="code",
            field=models.CharField(
                choices=[
                    ("application_validity_months", "durée de validité d’une demande, en mois"),
                    ("document_delay_days", "délai pour fournir une pièce, en jours"),
                    (
                        "twelve_months_deduction_permille",
                        "abattement sur les ressources des douze derniers mois, en pour mille",
                    ),
                    ("ehpad_deduction_limit_cents", "limite de la déduction pour un conjoint en EHPAD, en centimes"),
                    ("offer_delay_days", "délai pour répondre à une proposition, en jours"),
                    ("nomination_delay_days", "délai d’un réservataire pour désigner ses candidats, en jours"),
                    ("claim_retention_years", "conservation pour une réclamation, en années"),
                    ("effort_rate_limit_permille", "taux d’effort à ne pas dépasser, en pour mille"),
                    (
                        "residual_income_limit_cents_per_household",
                        "reste à vivre minimal par foyer, en centimes par mois",
                    ),
                    (
                        "residual_income_limit_cents_per_person",
                        "reste à vivre minimal par personne, en centimes par mois",
                    ),
                    (
                        "residual_income_limit_cents_per_consumption_unit",
                        "reste à vivre minimal par unité de consommation, en centimes par mois",
                    ),
                    ("committee_quorum", "quorum de la commission, en membres à voix délibérative présents"),
                    ("persons_least_in_1_rooms", "personnes au moins pour un logement de 1 pièce"),
                    ("persons_most_in_1_rooms", "personnes au plus pour un logement de 1 pièce"),
                    ("persons_least_in_2_rooms", "personnes au moins pour un logement de 2 pièces"),
                    ("persons_most_in_2_rooms", "personnes au plus pour un logement de 2 pièces"),
                    ("persons_least_in_3_rooms", "personnes au moins pour un logement de 3 pièces"),
                    ("persons_most_in_3_rooms", "personnes au plus pour un logement de 3 pièces"),
                    ("persons_least_in_4_rooms", "personnes au moins pour un logement de 4 pièces"),
                    ("persons_most_in_4_rooms", "personnes au plus pour un logement de 4 pièces"),
                    ("persons_least_in_5_rooms", "personnes au moins pour un logement de 5 pièces"),
                    ("persons_most_in_5_rooms", "personnes au plus pour un logement de 5 pièces"),
                    ("persons_least_in_6_rooms", "personnes au moins pour un logement de 6 pièces"),
                    ("persons_most_in_6_rooms", "personnes au plus pour un logement de 6 pièces"),
                    (
                        "quartile_threshold_idf_cents",
                        "seuil du premier quartile des demandeurs d’Île-de-France, en centimes par an et par unité de consommation",
                    ),
                    (
                        "quartile_threshold_idf_inclusive",
                        "ressources égales au seuil : 1 si elles sont dans le premier quartile, 0 sinon",
                    ),
                    (
                        "consumption_unit_first_permille",
                        "unités de consommation de la première personne, en pour mille",
                    ),
                    (
                        "consumption_unit_other_permille",
                        "unités de consommation de chaque autre personne, en pour mille",
                    ),
                    ("consumption_unit_child_permille", "unités de consommation de chaque enfant, en pour mille"),
                    (
                        "consumption_unit_child_below_age",
                        "âge à partir duquel un enfant compte comme une autre personne dans les unités de consommation",
                    ),
                    (
                        "consumption_unit_lone_parent_permille",
                        "unités de consommation qu’ajoute un parent seul, en pour mille",
                    ),
                ],
                max_length=48,
                verbose_name="chiffre",
            ),
        ),
        migrations.AlterField(
            model_name="occasion",
            name="reason",
            field=models.CharField(
                choices=[
                    ("desk", "personne au guichet, au téléphone ou par courrier"),
                    ("taken", "demande enregistrée à l’instant"),
                    ("due", "échéance de la demande"),
                    ("designated", "candidature à un logement"),
                ],
                max_length=16,
                verbose_name="motif",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__in",
                        [
                            "application_validity_months",
                            "document_delay_days",
                            "twelve_months_deduction_permille",
                            "ehpad_deduction_limit_cents",
                            "offer_delay_days",
                            "nomination_delay_days",
                            "claim_retention_years",
                            "effort_rate_limit_permille",
                            "residual_income_limit_cents_per_household",
                            "residual_income_limit_cents_per_person",
                            "residual_income_limit_cents_per_consumption_unit",
                            "committee_quorum",
                            "persons_least_in_1_rooms",
                            "persons_most_in_1_rooms",
                            "persons_least_in_2_rooms",
                            "persons_most_in_2_rooms",
                            "persons_least_in_3_rooms",
                            "persons_most_in_3_rooms",
                            "persons_least_in_4_rooms",
                            "persons_most_in_4_rooms",
                            "persons_least_in_5_rooms",
                            "persons_most_in_5_rooms",
                            "persons_least_in_6_rooms",
                            "persons_most_in_6_rooms",
                            "quartile_threshold_idf_cents",
                            "quartile_threshold_idf_inclusive",
                            "consumption_unit_first_permille",
                            "consumption_unit_other_permille",
                            "consumption_unit_child_permille",
                            "consumption_unit_child_below_age",
                            "consumption_unit_lone_parent_permille",
                        ],
                    )
                ),
                name="legal_figure_listed",
                violation_error_message="Ce chiffre n’est pas dans la liste.",
            ),
        ),
        migrations.AddConstraint(
            model_name="occasion",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["desk", "taken", "due", "designated"])),
                name="occasion_reason_listed",
                violation_error_message="Ce motif d’ouverture n’est pas dans la liste.",
            ),
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "candidacy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="hand_over",
                        serialize=False,
                        to="allocations.candidacy",
                    ),
                ),
                ("handed_on", models.DateField()),
                ("signed_on", models.DateField(null=True)),
                ("lease", models.UUIDField(null=True)),
                ("in_qpv", models.BooleanField()),
                ("quartile", models.PositiveSmallIntegerField(null=True)),
                ("priority", models.BooleanField()),
                ("dalo", models.BooleanField()),
                ("discreet", models.BooleanField(db_default=False, verbose_name="discrétion demandée")),
                (
                    "building",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.building",
                    ),
                ),
                (
                    "handed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="buildings.unit",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease__isnull", True), ("signed_on__isnull", True)),
                            models.Q(("lease__isnull", False), ("signed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="hand_over_signed_with_its_lease",
                        violation_error_message="Une remise signée a un bail et une date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quartile__isnull", True),
                            models.Q(("quartile__gte", 1), ("quartile__lte", 4)),
                            _connector="OR",
                        ),
                        name="hand_over_quartile_known",
                        violation_error_message="Un quartile est un nombre de 1 à 4.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "candidacy",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sheet",
                        serialize=False,
                        to="allocations.candidacy",
                    ),
                ),
                ("prepared_on", models.DateField()),
                ("persons", models.PositiveSmallIntegerField(verbose_name="personnes")),
                ("children", models.PositiveSmallIntegerField(verbose_name="enfants")),
                ("category", models.PositiveSmallIntegerField(null=True, verbose_name="catégorie de ménage")),
                (
                    "income_bracket",
                    models.PositiveSmallIntegerField(null=True, verbose_name="ressources, en part du plafond"),
                ),
                ("ceiling_euros", models.PositiveIntegerField(null=True, verbose_name="plafond de ce logement")),
                ("highest_ceiling_euros", models.PositiveIntegerField(null=True, verbose_name="plafond le plus haut")),
                ("waited_months", models.PositiveSmallIntegerField(verbose_name="ancienneté, en mois")),
                ("verified", models.IntegerField(null=True, verbose_name="tranche, données vérifiées")),
                ("declared", models.IntegerField(null=True, verbose_name="tranche, données déclarées")),
                ("priority", models.BooleanField(verbose_name="motif prioritaire reconnu")),
                (
                    "resources_cents",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="ressources mensuelles"),
                ),
                (
                    "aid_cents",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="aide au logement estimée"),
                ),
                ("effort_permille", models.PositiveIntegerField(null=True, verbose_name="taux d’effort")),
                ("residual_cents", models.IntegerField(null=True, verbose_name="reste à vivre du foyer")),
                ("equipment_lacking", models.BooleanField(verbose_name="équipement nécessaire absent du logement")),
                (
                    "documents_to_come",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("identity", "identité et, s’il y a lieu, régularité du séjour"),
                                ("tax_notice_n2", "avis d’imposition de l’avant-dernière année"),
                                ("tax_notice_n1", "avis d’imposition de la dernière année"),
                                ("income_twelve_months", "ressources des douze derniers mois"),
                                ("monthly_resources", "ressources mensuelles"),
                                ("household", "composition du foyer"),
                                ("separation", "séparation en cours ou prononcée, ou veuvage"),
                                ("work", "situation professionnelle"),
                                ("current_housing", "logement actuel"),
                                ("housing_cost", "dépense de logement"),
                                ("mobility_card", "carte mobilité inclusion « invalidité »"),
                                ("reason", "motif de la demande"),
                            ],
                            max_length=24,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("owner_suited", models.BooleanField(default=False, verbose_name="propriétaire d’un logement adapté")),
                (
                    "prepared_by",
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
                        condition=models.Q(
                            models.Q(
                                ("aid_cents__isnull", True),
                                ("effort_permille__isnull", True),
                                ("resources_cents__isnull", True),
                            ),
                            models.Q(
                                ("aid_cents__isnull", False),
                                ("effort_permille__isnull", False),
                                ("resources_cents__gt", 0),
                                ("resources_cents__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="sheet_effort_from_resources",
                        violation_error_message="Le taux d’effort demande des ressources et une aide estimée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "documents_to_come__contained_by",
                                [
                                    "identity",
                                    "tax_notice_n2",
                                    "tax_notice_n1",
                                    "income_twelve_months",
                                    "monthly_resources",
                                    "household",
                                    "separation",
                                    "work",
                                    "current_housing",
                                    "housing_cost",
                                    "mobility_card",
                                    "reason",
                                ],
                            )
                        ),
                        name="sheet_lists_known_documents",
                        violation_error_message="Cette pièce n’est pas dans la liste.",
                    ),
                ],
            },
        ),
        load_sql(
            "allocations",
            "occasions",
            "shortlist",
            "motives",
            "committee",
            "offers",
            "hand_over",
            "committee_retention",
            "grid_trials",
            "steering",
        ),
    ]
