"""The extras install beside the core, torch at the pinned version."""

from __future__ import annotations

import importlib
import re
from importlib.metadata import version

import pytest

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.extra


def test_torch_is_the_pinned_one() -> None:
    pinned = re.search(r"^torch==(\S+)$", (REPOSITORY / "constraints.txt").read_text(), re.M)
    assert pinned is not None
    assert version("torch").split("+")[0] == pinned[1]


@pytest.mark.parametrize("module", ["sentence_transformers", "openai"])
@pytest.mark.filterwarnings("ignore")
def test_an_extra_can_be_imported(module: str) -> None:
    assert importlib.import_module(module)
