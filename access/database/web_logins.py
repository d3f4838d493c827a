"""Database logins of the web processes: which people each one signs in, and which compartments it may enter.

`provision`, the table policies, the start-up check, the timeouts and the tests read this table. The environment
variable of a login's database URL is in housing/settings.py and housing/database/embedded.py.
"""

from dataclasses import dataclass

from access.compartments import Compartment


@dataclass(frozen=True)
class WebLogin:
    """Database login of a web process.

    `role`: the login signs in only people who have this role and no other, or everybody if it is empty.
    `apart`: these people sign in with this login only, so the login of the offices does not sign them in.
    """

    name: str
    compartments: tuple[Compartment, ...]
    role: str = ""
    apart: bool = False

    def may_sign_in(self, person: str) -> str:
        """Return the SQL condition that this login may sign in the person whose id is in the column `person`."""
        if self.role:
            return f"access_has_only({person}, '{self.role}', false)"
        elsewhere = (login.role for login in WEB_LOGINS if login.apart)
        return " AND ".join(f"NOT access_has_only({person}, '{role}', true)" for role in elsewhere)


WEB_LOGINS = (
    WebLogin("web", tuple(Compartment)),
    WebLogin(
        "web_card",
        (
            Compartment.CARD,
            Compartment.HELP,
            Compartment.EMERGENCY,
            Compartment.EVACUATION,
            Compartment.OWN_TRACE,
        ),
        role="caretaker",
    ),
    # People of reserving bodies are not employees. They must not even reach the process that serves the offices.
    WebLogin("web_contingent", (Compartment.CONTINGENT, Compartment.OWN_TRACE), role="nominator", apart=True),
)
