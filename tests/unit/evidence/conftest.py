import pytest
from sealed_show import Sealer


@pytest.fixture
def sealer(tmp_path):
    return Sealer(tmp_path)
