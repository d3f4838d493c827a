#!/usr/bin/env python
"""Runs Loge's management commands. `./dev manage COMMAND` starts the database before it calls this script."""

import os
import sys

from django.core.management import execute_from_command_line

from housing import VERSION

if __name__ == "__main__":
    if sys.argv[1:] == ["version"]:  # prints Loge's version; Django's own `version` prints Django's
        sys.exit(print(f"Loge {VERSION}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
    execute_from_command_line(sys.argv)
