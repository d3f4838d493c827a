"""Tests and other checks that take too long for `.ci/run`. `./dev nightly` runs them (see __main__.py)."""
