"""Fixtures for the tests of formats."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SEED = Path(__file__).parents[2].parent / "shared" / "seed" / "interspeech-2022.txt"


@pytest.fixture(scope="session")
def seed_text() -> str:
    """The article that the guide reader was written for; it is not part of this project."""
    if not SEED.exists() and not os.environ.get("CI"):
        pytest.skip(f"{SEED} is not here; it does not come with the project")
    return SEED.read_text(encoding="utf-8")
