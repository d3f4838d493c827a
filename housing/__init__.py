"""The project: settings, URLs, middleware, monitoring, backup."""

VERSION = "1.0.0"  # also in pyproject.toml and CHANGELOG.md
