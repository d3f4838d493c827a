"""Database logins of the web processes: which people sign in through each login, and which compartments (kinds of data)
it may use.

The environment variable of each login's database URL is in housing/settings.py and housing/database/embedded.py.
"""

from dataclasses import dataclass

from access.compartments import Compartment


@dataclass(frozen=True)
class WebLogin:
    """Database login of a web process.

    `role`: if set, only people who have this role and no other sign in through this login. `apart`: these people cannot
    sign in through the login of the offices ("web").
    """

    name: str
    compartments: tuple[Compartment, ...]
    role: str = ""
    apart: bool = False

    def may_sign_in(self, person: str) -> str:
        """Return the SQL condition under which this login may sign in a person. `person` is the column with the
        person's id."""
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
    # People of reserving bodies are not employees, so they must not even reach the web process that serves the offices.
    WebLogin("web_contingent", (Compartment.CONTINGENT, Compartment.OWN_TRACE), role="nominator", apart=True),
)
# The login of the process that imports large files. It works as the person who uploaded them, but signs nobody in.
IMPORTS_LOGIN = WebLogin("imports", (Compartment.INTAKE,))
# The database logins that switch to compartments' roles. Each may switch only to the compartments listed for it.
SWITCHING_LOGINS = (*WEB_LOGINS, IMPORTS_LOGIN)
