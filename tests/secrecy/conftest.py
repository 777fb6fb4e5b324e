"""The marked world, made once for all tests of a file."""

import pytest

from tests.secrecy.worlds import Marked


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    return Marked.in_folder(tmp_path_factory.mktemp("marked"))
