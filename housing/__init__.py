"""The Django project: settings, URLs, middleware, monitoring, backup."""

# The version of Loge. pyproject.toml and CHANGELOG.md state the same version.
VERSION = "1.0.0"
