"""List of withdrawn access: ended assignments, closed sign-ins, revoked tokens, removed or changed credentials,
conflicts of interest and discreet marks. It also lists the data that were erased, and the processing that was
restricted, at a person's request.

A database restored from a backup before such a change would grant the withdrawn access again. Therefore the process
that seals the audit log, which reads every event within a second, appends each change to a file outside the database
(`LOGE_WITHDRAWN`), with ids and codes only. `restore` and `after_restore` apply the file again before anybody can sign
in. This module applies what concerns people; housing/backup/households.py hides households again,
housing/backup/erasures.py erases again, and housing/backup/restrictions.py restricts again.

    2026-11-27T08:15:30.120000Z 7d0c… assignment_ended 31f4… 2026-11-27 departure
    2026-11-27T09:02:11.480000Z 41be… wall_set 9a07… 2026-11-27 5c3d…/e8f1…      person, day, lease and who recorded it
    2026-11-27T10:30:45.031000Z 60aa… data_erased b1d9… 2026-11-27 phone.help/e8f1…  tenant, day, data and who decided
    2026-11-27T10:41:12.507000Z 8c1e… processing_restricted b1d9… 2026-11-27 d2f7…   tenant, day and request
"""

import logging
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from access.signin.proofs import MEANS, SECOND
from audit.events import (
    ASSIGNMENT_ENDED,
    DATA_ERASED,
    DISCREET_ENDED,
    DISCREET_SET,
    FACTOR_REMOVED,
    FACTORS_RESET,
    KEY_COPIED,
    PASSWORD_CHANGED,
    PERSON_CLOSED,
    PERSON_REOPENED,
    PROCESSING_RESTRICTED,
    TOKEN_REVOKED,
    WALL_ENDED,
    WALL_SET,
)
from audit.tlog.leaf import utc

_log = logging.getLogger("loge.withdrawn")
KINDS = (
    ASSIGNMENT_ENDED,
    PERSON_CLOSED,
    PERSON_REOPENED,
    TOKEN_REVOKED,
    FACTORS_RESET,
    FACTOR_REMOVED,
    KEY_COPIED,
    PASSWORD_CHANGED,
    WALL_SET,
    WALL_ENDED,
    DISCREET_SET,
    DISCREET_ENDED,
    DATA_ERASED,
    PROCESSING_RESTRICTED,
)
_ID = "[0-9a-f-]{36}"
_LINE = re.compile(
    rf"(\S+Z) ({_ID}) ([a-z_]+) ({_ID}) ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
    rf" ({_ID}(?:/{_ID})?|[a-z_.]+/{_ID}|[a-z_]+|-)"
)
# Columns of a line in the list of withdrawn access: time, event, kind, assignment or person, day, reason or household.
# In a line about erased data, the person is the tenant, and the last column has the kinds of data and who decided.
# A line about a restriction of processing has the tenant and the request, but never the ground of the restriction.
_COLUMNS = """e.at, e.id::text, e.kind,
    CASE WHEN e.kind IN ('data_erased', 'processing_restricted') THEN e.about::text
        ELSE coalesce(e.facts ->> 'assignment', e.facts ->> 'person', e.actor::text, e.about::text) END,
    coalesce(e.facts ->> 'ended_on', (e.at AT TIME ZONE 'Europe/Paris')::date::text),
    coalesce(e.facts ->> 'reason', e.facts ->> 'means', e.facts ->> 'erased' || '/' || e.actor::text,
        CASE WHEN e.about_kind = 'lease' THEN concat_ws('/', e.about, e.actor)
            WHEN e.kind = 'processing_restricted' THEN e.facts ->> 'request' END, '-')"""
_SEALED = f"""SELECT {_COLUMNS} FROM audit_leaf l JOIN audit_event e ON e.id = l.event AND e.at = l.at
    WHERE l.number >= %s AND l.number < %s AND e.kind = ANY (%s) AND e.outcome = 'changed' ORDER BY l.number"""  # noqa: S608 - constants
_SINCE = f"""SELECT {_COLUMNS} FROM audit_event e
    WHERE e.at >= %s AND e.kind = ANY (%s) AND e.outcome = 'changed' ORDER BY e.at"""  # noqa: S608 - constants
_FIRST = datetime.min.replace(tzinfo=UTC)
# After a restart, events are read again from a day before the file's last line, because long transactions commit late.
_LATE = timedelta(days=1)
# _END is the SQL that ends an assignment on a given day, or on its first or last day if the day lies outside it.
_END = """UPDATE access_assignment SET ended_on = greatest(first_day, least(%s::date, last_day)), end_reason = %s,
    ended_by_id = NULL WHERE id = %s AND (ended_on IS NULL OR ended_on > greatest(first_day, %s::date))"""
_CLOSE = "UPDATE access_person SET is_active = false WHERE id = %s AND is_active"
_REVOKE = """UPDATE access_machinetoken SET revoked_at = %s, revoked_by_id = made_by_id
    WHERE machine_id = %s AND revoked_at IS NULL AND made_at < %s"""
# _FACTORS deletes all credentials of a kind created before the removal: events do not say which one was removed.
_FACTORS = "DELETE FROM mfa_authenticator WHERE user_id = %s AND type = ANY (%s) AND created_at < %s"
_DIRECTORY = "DELETE FROM socialaccount_socialaccount WHERE user_id = %s AND date_joined < %s"
# _BARE disables the password of a person who has no second factor, because a thief of the password could add one.
_BARE = """UPDATE access_person SET password = %s WHERE id = %s
    AND NOT EXISTS (SELECT FROM mfa_authenticator f WHERE f.user_id = access_person.id AND f.type = ANY (%s))"""
# _CHANGED_SINCE is SQL that disables an old password, restored from a backup made before the person changed it.
_CHANGED_SINCE = """UPDATE access_person SET password = %s WHERE id = %s
    AND EXISTS (SELECT FROM audit_event e WHERE e.at < %s) AND NOT EXISTS (
        SELECT FROM audit_event e WHERE e.kind = 'password_changed' AND e.actor = access_person.id AND e.at >= %s)"""

Row = tuple[str, ...]


class WithdrawnRefused(Exception):
    """Raised if a line of the file with withdrawn access is damaged, so that withdrawals may be missing.

    The message is for the operator of the server.
    """


def path() -> Path | None:
    return Path(settings.WITHDRAWN_FILE) if settings.WITHDRAWN_FILE else None


def read_list(file: Path) -> list[Row]:
    if not file.exists():
        return []
    matches = [_LINE.fullmatch(line) for line in file.read_text(encoding="ascii").splitlines()]
    if not all(matches):
        raise WithdrawnRefused(f"{file} n’est pas une liste d’accès retirés valide : une ligne est endommagée.")
    return [line.groups() for line in matches if line]


class Withdrawals:
    """Appends withdrawn access to the file whenever new audit events were sealed.

    The first call also appends withdrawals that an earlier process did not write.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._upto = file, -1
        rows = read_list(file)
        self._known = {row[1] for row in rows}
        self._since = datetime.fromisoformat(rows[-1][0]) - _LATE if rows else _FIRST

    def follow(self, cursor: Any, size: int) -> int:
        """Append one line for each withdrawal of access that the file does not contain yet. Returns how many lines.

        `size` is the number of audit events sealed so far.
        """
        kinds = [kind.code for kind in KINDS]
        if self._upto < 0:
            cursor.execute(_SINCE, [self._since, kinds])
        elif size > self._upto:
            cursor.execute(_SEALED, [self._upto, size, kinds])
        else:
            return 0
        rows = [(utc(at), *columns) for at, *columns in cursor.fetchall() if columns[0] not in self._known]
        # An event of a stolen login may contain anything. A line that cannot be read again would stop every restore.
        readable = [row for row in rows if None not in row and _LINE.fullmatch(" ".join(row))]
        for row in rows:
            if row not in readable:
                _log.error("withdrawal_left_out", extra={"reason": row[2]})
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.writelines(" ".join(row) + "\n" for row in readable)
            file.flush()
            os.fsync(file.fileno())
        self._known |= {row[1] for row in readable}
        self._upto = size
        return len(readable)


def withdraw_again(cursor: Any, rows: list[Row]) -> int:
    """Withdraw every access on the list that a restored database still grants. Returns how many were withdrawn.

    If the list says that a closed sign-in was reopened later, this sign-in is left unchanged.
    """
    way_in = (PERSON_CLOSED.code, PERSON_REOPENED.code)
    last = {whose: kind for _at, _event, kind, whose, _day, _reason in rows if kind in way_in}
    done = 0
    for at, _event, kind, whose, day, reason in rows:
        if kind == ASSIGNMENT_ENDED.code:
            cursor.execute(_END, [day, reason, whose, day])
        elif kind == PERSON_CLOSED.code and last[whose] == kind:
            cursor.execute(_CLOSE, [whose])
        elif kind == TOKEN_REVOKED.code:
            cursor.execute(_REVOKE, [at, whose, at])
        elif kind == PASSWORD_CHANGED.code:
            cursor.execute(_CHANGED_SINCE, [make_password(None), whose, at, at])
        elif kind in (FACTORS_RESET.code, FACTOR_REMOVED.code, KEY_COPIED.code):
            done += remove_credentials(cursor, whose, at, "" if kind == FACTORS_RESET.code else reason)
            continue
        else:
            continue
        done += cursor.rowcount
    return done


def remove_credentials(cursor: Any, whose: str, at: str, means: str) -> int:
    """Delete credentials of a person: all of them, or those of the kind `means`. Returns how many were deleted.

    If no second factor is left, the password becomes unusable, and the person must set a new one through an emailed
    link.
    """
    cursor.execute(_FACTORS, [whose, [kind for kind, code in MEANS.items() if means in ("", code)], at])
    taken = int(cursor.rowcount)
    if not means:
        cursor.execute(_DIRECTORY, [whose, at])
        taken += int(cursor.rowcount)
    if taken:
        cursor.execute(_BARE, [make_password(None), whose, list(SECOND)])
    return taken
