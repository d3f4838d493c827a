import pytest

from privacy.encryption import keys


@pytest.fixture
def ring_file(tmp_path, settings):
    settings.KEY_FILE = str(tmp_path / "keys.json")
    keys.new_ring(keys.ring_path())
    return keys.ring_path()
