"""The project: settings, URLs, middleware, monitoring, backup."""

VERSION = "1.0.0"  # the same version stands in pyproject.toml and CHANGELOG.md
