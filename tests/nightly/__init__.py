"""What `.ci/run` leaves out because it takes long: `./dev nightly` runs it (see __main__.py)."""
