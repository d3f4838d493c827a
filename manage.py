#!/usr/bin/env python
"""Loge's command line: every command runs through here (`./dev manage ...` starts the database first)."""

import os
import sys

from django.core.management import execute_from_command_line

from housing import VERSION

if __name__ == "__main__":
    if sys.argv[1:] == ["version"]:  # Django's command of this name would print the version of Django
        sys.exit(print(f"Loge {VERSION}"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "housing.settings")
    execute_from_command_line(sys.argv)
