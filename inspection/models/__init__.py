"""Model of copy releases: the data protection officer lets an inspector read a copy of a household's file."""

from inspection.models.copy_release import CopyRelease

__all__ = ["CopyRelease"]
