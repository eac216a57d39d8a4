"""The patch that several verification tests start from, solved once."""

import pytest
from patches import Solved, laminated, solve


@pytest.fixture(scope="session")
def base() -> Solved:
    """The patch that the invariance tests start from."""
    return solve(laminated())
