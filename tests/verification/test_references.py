"""The quick benchmarks against their references, through the code of `rollmech verify`."""

from __future__ import annotations

import pytest

from rollmech.verify.catalogue import KINDS, benchmarks, tables
from rollmech.verify.run import rows

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
    # A fair estimate: of all solved rows nine in ten lie inside it, and it is not a blanket many times too large.
    inside = [row.covered_within_reference for row in scored if row.covered is not None]
    assert sum(inside) >= 0.9 * len(inside)
    ratios = [row.estimate / abs(row.difference) for row in scored if row.estimate and row.difference]
    assert sorted(ratios)[len(ratios) // 2] < 5
