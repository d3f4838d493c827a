"""Django's database backend for PostgreSQL, with prepared statements and a cheaper check of idle connections."""

import select
from typing import Any

from django.db.backends.postgresql import base

from access.database.prepared import PreparingCursor


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": PreparingCursor}

    def is_usable(self) -> bool:
        """Return whether the connection can be used for another request.

        Nothing arrives on an idle connection until the server ends it. So Django's statement, which takes as long as a
        small query, is executed only if something has arrived.
        """
        if self.connection is None or self.connection.closed:
            return False
        arrived = select.poll()
        arrived.register(self.connection.fileno(), select.POLLIN)
        return bool(super().is_usable()) if arrived.poll(0) else True
