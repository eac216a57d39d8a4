"""The quick benchmarks against their references, through the code of `rollmech verify`."""

from __future__ import annotations

import pytest

from rollmech.verify.catalogue import KINDS, benchmarks, tables
from rollmech.verify.run import rows
from rollmech.verify.summary import EFFECTIVITY, INSIDE, effectivity

QUICK = [target for benchmark in benchmarks(quick=True) for target in benchmark.targets]


@pytest.fixture(scope="module")
def scored():
    return rows(quick=True)


@pytest.mark.parametrize(
    "index", range(len(QUICK)), ids=[f"{t.family}: {t.name}, {t.quantity}" for t in QUICK]
)
def test_row_is_within_its_tolerance(scored, index):
    row, target = scored[index], QUICK[index]
    assert (row.family, row.name, row.quantity) == (target.family, target.name, target.quantity)
    assert row.value is not None, row.note
    assert abs(row.difference) <= row.tolerance


def test_quick_subset_has_every_kind():
    found = {benchmark.targets[0].family.split(",")[0] for benchmark in benchmarks(quick=True)}
    assert found == set(KINDS) == {table["kind"] for table in tables()}


def test_six_surface_cracks_are_within_one_per_cent_at_every_angle(scored):
    cracks = [row for row in scored if row.family.startswith("surface crack")]
    geometries = {row.name for row in cracks}
    poor = {row.name for row in cracks if row.difference is None or abs(row.difference) > 0.01}
    assert len(geometries - poor) >= 6


def test_estimates_cover_the_differences(scored):
    # A fair estimate covers the difference and is not a blanket many times too large.
    counts = effectivity(scored)
    assert counts.judged > 0.9 * counts.estimated
    assert counts.share >= INSIDE
    assert counts.ratio <= EFFECTIVITY
