"""Copies of a household's file that an inspector may read."""

from inspection.models.copy_release import CopyRelease

__all__ = ["CopyRelease"]
