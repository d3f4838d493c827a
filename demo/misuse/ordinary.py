"""Generates the audit events of a month of honest work. The nightly rules, which look for misuse, should question few
of these events.

Some views of accounts lead to a recorded act, and others do not. There are busy days, typing errors and absences.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from demo.misuse.ground import FIRST, LAST, OWNER, Ground, Home, Worker, put
from demo.misuse.lines import Lines
from rights.delays import due_on
from rights.models import SubjectRequest

BUSY_UNTIL = 10
# DAY maps a purpose to (accounts opened per day, attribute of Worker that lists the households, probability).
# The probability in DAY is that an officer who has opened an account then records an act, such as a payment.
DAY = {
    "arrears": (12, "owing", 0.5),
    "tenant_asked": (11, "homes", 0.4),
    "payment": (5, "owing", 0.7),
    "correspondence": (4, "homes", 0.3),
    "repair": (3, "homes", 0.3),
    "moving": (2, "moving", 0.5),
    "closing": (1, "ended", 0.5),
}
DONE = {"arrears": "fact_recorded", "payment": "payment_taken", "moving": "notice_given"}
WRONG_KEY, WRONG_FILE, NO_SUCH_MATTER = 0.04, 0.02, 0.04


def working_days() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def ordinary_month(ground: Ground, lines: Lines) -> None:
    officers = ground.of("officer")
    away = officers[0]
    for day in working_days():
        for officer in officers:
            if officer is away and date(2026, 10, 12) <= day <= date(2026, 10, 16):
                add_desk_work(ground, lines, officers[-1], away, day)
            else:
                add_desk_work(ground, lines, officer, officer, day)
        for caretaker in ground.of("caretaker"):
            add_rounds(ground, lines, caretaker, day)
        for manager in ground.of("sector_manager"):
            add_rounds(ground, lines, manager, day)
        add_counter_visits(ground, lines, day)
    for officer in officers:
        add_repeated_calls(ground, lines, officer)
    add_stand_in(lines, officers[-1], away)
    add_oversight(ground, lines)
    for officer in officers:
        add_explained_views(ground, lines, officer)


def add_desk_work(ground: Ground, lines: Lines, who: Worker, keeps: Worker, day: date) -> None:
    """Add one day's desk work: events of the officer `who` on accounts that the officer `keeps` is in charge of.

    Both are the same person, unless `who` stands in for a colleague.
    """
    rng, at = ground.rng, lines.moment(day, 8.5)
    haste = 1.6 if day.day <= BUSY_UNTIL else 1
    for purpose, (number, which, done) in DAY.items():
        among: Sequence[Home] = getattr(keeps, which) or keeps.homes
        for _ in range(round(number * haste)):
            home = rng.choice(keeps.homes if rng.random() < NO_SUCH_MATTER else among)
            at += timedelta(seconds=rng.randint(35, 420) / haste)
            if rng.random() < WRONG_KEY:
                lines.leave(who, at - timedelta(seconds=25), "refused", outcome="missing", reference=_sign(ground))
            if rng.random() < WRONG_FILE:
                lines.leave(who, at - timedelta(seconds=20), "account_opened", rng.choice(keeps.homes), purpose=purpose)
            lines.leave(who, at, "account_opened", home, purpose=purpose)
            if rng.random() < done:
                later = at + timedelta(minutes=rng.choice((2, 4, 9, 60, 1500, 2900)))
                lines.leave(who, later, DONE.get(purpose, "contact_changed"), home, outcome="changed")


def _sign(ground: Ground) -> str:
    return "".join(ground.rng.choices("ABCDEFGHJKMNPQRSTVWXYZ23456789", k=12))


def add_rounds(ground: Ground, lines: Lines, who: Worker, day: date) -> None:
    """Add one day's events of a caretaker or sector manager, who opens the cards (short summaries) of residents in
    their buildings. Some cards are opened again and again, as if these households needed more help."""
    rng, at = ground.rng, lines.moment(day, 8)
    if not who.homes:
        return
    for _ in range(rng.randint(2, 8)):
        at += timedelta(minutes=rng.randint(4, 60))
        home = who.homes[int(rng.expovariate(0.02)) % len(who.homes)]
        lines.leave(who, at, "card_opened", home, purpose="contact")
        if rng.random() < 0.1:
            lines.leave(who, at + timedelta(minutes=3), "contact_changed", home, outcome="changed")
    # Now and then, a person types account references that do not exist, and is refused.
    if rng.random() < 0.03:
        for number in range(rng.randint(1, 3)):
            lines.leave(who, at + timedelta(minutes=number), "refused", outcome="missing", reference=_sign(ground))


def add_counter_visits(ground: Ground, lines: Lines, day: date) -> None:
    """Add visits: the front desk checks a visitor's identity, then an officer opens the visitor's account."""
    rng = ground.rng
    for desk in ground.of("front_desk"):
        for number in range(6):
            officer = rng.choice(ground.of("officer"))
            home, at = rng.choice(officer.homes), lines.moment(day, 9 + number)
            lines.leave(desk, at, "identity_checked", home, outcome="changed", permission="identity_check")
            lines.leave(officer, at + timedelta(minutes=7), "account_opened", home, purpose="tenant_asked")


def add_repeated_calls(ground: Ground, lines: Lines, officer: Worker) -> None:
    """Add events of an officer who opens the accounts of three households on six days, because the tenants call
    repeatedly.

    The officer never records anything for the first household. One of the nightly rules therefore suspects misuse,
    wrongly.
    """
    rng, days = ground.rng, list(working_days())
    for number in range(3):
        home = rng.choice(officer.calm)
        for day in sorted(rng.sample(days[:15], 6)):
            at = lines.moment(day, 11 + rng.random() * 4)
            lines.leave(officer, at, "account_opened", home, purpose="repair")
            if number and rng.random() < 0.5:
                lines.leave(officer, at + timedelta(minutes=5), "note_written", home, outcome="changed")


def add_stand_in(lines: Lines, stood_in: Worker, away: Worker) -> None:
    """Add a week in which one officer stands in for another. In the week after, this officer still tries to open the
    colleague's accounts, out of habit, and is refused."""
    put(
        "INSERT INTO access_assignment (id, person_id, role, place_id, first_day, last_day, reason, end_reason,"
        " given_at) VALUES (gen_random_uuid(), %s, 'officer', %s, '2026-10-12', '2026-10-16', 'stand_in_absence', '',"
        " '2026-10-09')",
        stood_in.id,
        away.homes[0].building,
    )
    for number, home in enumerate(away.homes[:6]):
        at = lines.moment(date(2026, 10, 19), 9) + timedelta(minutes=4 * number)
        lines.leave(stood_in, at, "refused", outcome="missing", reference=home.account[:14])


def add_oversight(ground: Ground, lines: Lines) -> None:
    """Add events of the data protection officer, who reads the audit log, and of the access administrators, who read
    people's access rights.

    All these views are honest: each one is explained by a subject request or by another recorded act.
    """
    [dpo], administrators, officers = ground.of("dpo"), ground.of("access_administrator"), ground.of("officer")
    for day in working_days():
        lines.leave(dpo, lines.moment(day, 9), "history_read", permission="trace_read", scope="overview")
    for number in range(4):
        home, day = ground.rng.choice(ground.homes), date(2026, 10, 5) + timedelta(days=number * 5)
        request = {"tenant_id": home.tenant, "opened_by_id": dpo.id, "opened_on": day, "due_on": due_on(day)}
        SubjectRequest(proof="letter", **request).save(using=OWNER)
        at = lines.moment(day, 10)
        lines.leave(dpo, at, "history_read", about=("account", home.account), permission="trace_read", scope="account")
        lines.leave(dpo, at, "person_looks_read", reason="access_request", person=officers[number % len(officers)].id)
    for number, officer in enumerate(officers):
        at = lines.moment(date(2026, 10, 6) + timedelta(days=number), 14)
        about = ("person", officer.id)
        for again in range(3):
            later = at + timedelta(days=again)
            lines.leave(
                administrators[0], later, "rights_read", about=about, permission="rights_read", question="person"
            )
        lines.leave(administrators[0], at, "assignment_extended", about=about, outcome="changed", person=officer.id)


def add_explained_views(ground: Ground, lines: Lines, officer: Worker) -> None:
    """Add honest views of accounts that look like misuse unless a rule also considers another event.

    For example, an officer opens three accounts to find the payer of an incoming payment, and then assigns the payment
    to another account.
    """
    rng, days, [manager, *_rest] = ground.rng, list(working_days()), ground.of("sector_manager")
    for day in rng.sample(days, 6):
        at = lines.moment(day, 14 + rng.random() * 2)
        for number, home in enumerate(rng.sample(officer.calm, 3)):
            lines.leave(officer, at + timedelta(minutes=number), "account_opened", home, purpose="payment")
        receipt = ("receipt", str(UUID(int=rng.getrandbits(128), version=4)))
        at += timedelta(minutes=5)
        lines.leave(officer, at, "receipt_cleared", outcome="changed", about=receipt, permission="receipts_clear")
    for day in rng.sample(days[:-2], 4):
        home, at = rng.choice(officer.calm), lines.moment(day, 16)
        lines.leave(manager, at, "challenge_decided", home, outcome="changed", permission="account_facts")
        lines.leave(officer, at + timedelta(hours=17), "account_opened", home, purpose="lease")
