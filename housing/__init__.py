"""The project: settings, URLs, middleware, monitoring, backup."""

VERSION = "1.0.0"  # the same version is in pyproject.toml and CHANGELOG.md
