"""Releases of copies of a household's file to an inspector."""

from inspection.models.copy_release import CopyRelease

__all__ = ["CopyRelease"]
