"""The elastic solver against exact fields, a direct solve and its own promises."""

from __future__ import annotations

import signal

import numpy as np
import pytest
from patches import laminated, mesh, solve

from rollmech.backend import dolfinx
from rollmech.elastic import solver, two_level
from rollmech.elastic.matrices import assembled, factorised
from rollmech.elastic.problem import PatchProblem
from rollmech.errors import NumericsError
from rollmech.flaws.crack import SurfaceCrack
from rollmech.flaws.pit import Pit
from rollmech.flaws.scratch import Scratch
from rollmech.mesh.patch import MODES, PatchPly, make_patch

fem = dolfinx.fem
SAME = (PatchPly(20.0, 150e3, 0.26), PatchPly(50.0, 150e3, 0.26))


def uniform(mode: str, dimension: int):
    """Displacement (times E) of a uniform stress, as a function of coordinates; nu = 0.26 everywhere."""
    nu = 0.26
    if dimension == 2:
        stretch = {"x_membrane": (1 - nu**2, 0, -nu * (1 + nu)), "xy_membrane": (0, 2 * (1 + nu), 0)}[mode]
        return lambda x: np.array([stretch[0] * x[0], stretch[1] * x[0], stretch[2] * x[1]])
    if mode == "xy_membrane":
        return lambda x: (1 + nu) * np.array([x[1], x[0], 0 * x[2]])
    factors = {"x_membrane": (1, -nu, -nu), "y_membrane": (-nu, 1, -nu)}[mode]
    return lambda x: np.array([factor * place for factor, place in zip(factors, x, strict=True)])


def residual(problem: PatchProblem, mode: str) -> tuple[np.ndarray, np.ndarray]:
    """Nodal forces of a uniform stress on inner unknowns, and on those of the boundary."""
    exact = fem.Function(problem.space)
    exact.interpolate(uniform(mode, problem.dimension))
    matrix = assembled(problem.stiffness(problem.space), [], "aij")
    forces = matrix.createVecLeft()
    matrix.mult(exact.x.petsc_vec, forces)
    topology = problem.mesh.topology
    topology.create_connectivity(problem.dimension - 1, problem.dimension)
    outside = fem.locate_dofs_topological(
        problem.space, problem.dimension - 1, dolfinx.mesh.exterior_facet_indices(topology)
    )
    nodal = forces.array.reshape(-1, 3)
    inner = np.ones(len(nodal), dtype=bool)
    inner[outside] = False
    return nodal[inner], nodal[~inner]


@pytest.mark.parametrize("mode", ["x_membrane", "y_membrane", "xy_membrane"])
def test_patch_test_on_quarter_point_elements(mode):
    # A uniform stress is in equilibrium at every inner node, element by odd-shaped element.
    problem = PatchProblem(make_patch(SAME, laminated().flaw), mesh(make_patch(SAME, laminated().flaw)))
    inner, outer = residual(problem, mode)
    assert np.abs(inner).max() < 1e-10 * np.abs(outer).max()


@pytest.mark.parametrize("mode", ["x_membrane", "xy_membrane"])
def test_patch_test_in_the_plane(mode):
    patch = make_patch(SAME, Scratch(6.0))
    inner, outer = residual(PatchProblem(patch, mesh(patch)), mode)
    assert np.abs(inner).max() < 1e-10 * np.abs(outer).max()


@pytest.mark.parametrize("mode", MODES)
def test_stress_along_the_crack_leaves_it_alone(base, mode):
    # Stress across the web and bending across it put no traction on the crack; stress along the web does.
    along, load = base.problem.loads(base.problem.space, ("x_membrane", mode))
    if mode.startswith("y_"):
        assert load.norm() < 1e-14 * along.norm()  # the rounding of the facets' normals
    else:
        assert load.norm() > 0.1 * along.norm()


def test_two_level_solver_agrees_with_a_direct_solve(base):
    problem = base.problem
    supports = problem.supports(problem.space)
    direct = factorised(assembled(problem.stiffness(problem.space), supports, "aij"))
    loads = problem.loads(problem.space, problem.modes)
    for load, found in zip(loads, base.solutions, strict=True):
        for support in supports:
            support.set(load.array_w)
        exact = load.duplicate()
        direct.solve(load, exact)
        # Energy of the difference over energy of the flaw: what an error of K can be, squared.
        difference = exact.duplicate()
        exact.copy(difference)
        difference.axpy(-1.0, found.x.petsc_vec)
        matrix = direct.getOperators()[0]
        image = difference.duplicate()
        matrix.mult(difference, image)
        assert image.dot(difference) < 1e-9 * load.dot(exact)
        assert load.dot(found.x.petsc_vec) == pytest.approx(load.dot(exact), rel=1e-5)


def test_a_soft_nearly_incompressible_interlayer_converges():
    film, soft = PatchPly(20.0, 150e3, 0.26), PatchPly(5.0, 15.0, 0.49)
    support = PatchPly(50.0, 4e3, 0.38)
    coarse, fine = (solve(make_patch((film, soft, support), laminated().flaw), level) for level in (0, 1))
    assert max(fine.statistics["iterations"]) < 200
    inner = ~fine.front.vertex
    change = fine.front.k_unit[0, 0, inner] / coarse.front.k_unit[0, 0, inner] - 1
    assert np.abs(change).max() < 0.01
    # The support hardly reaches the film through it: K lies near that of the bare film.
    bare = solve(make_patch((film,), laminated().flaw)).front.k_unit[0, 0, inner]
    supported = coarse.front.k_unit[0, 0, inner]
    assert np.all(supported < bare)
    assert np.all(supported > 0.9 * bare)


def test_a_solve_that_does_not_converge_says_so(monkeypatch):
    monkeypatch.setattr("rollmech.elastic.two_level.MAX_ITERATIONS", 2)
    monkeypatch.setattr(solver, "DIRECT_LIMIT", 0)
    with pytest.raises(NumericsError, match=r"mode 'x_membrane' did not converge: no convergence.*after 2"):
        solve(laminated())


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_a_solve_comes_after_it(monkeypatch, sent):
    came = []
    before = signal.signal(sent, lambda *_: came.append("handled"))
    apply = two_level.Cycle.apply

    def interrupted(*arguments):
        signal.raise_signal(sent)
        apply(*arguments)
        came.append("went on")

    monkeypatch.setattr(two_level.Cycle, "apply", interrupted)
    try:
        solve(laminated())
    finally:
        signal.signal(sent, before)
    assert came[0] == "went on" and "handled" in came


def test_an_exact_linear_level_stands_in_for_aggregation_that_misses_bending(monkeypatch):
    """A deep crack in a slender patch; K differs by what the Krylov residual leaves."""
    plies = (PatchPly(30.0, 150e3, 0.257), PatchPly(50.0, 4.5e3, 0.38))
    patch = make_patch(plies, SurfaceCrack(20.0, 20.0), 1800.0, 1800.0)
    monkeypatch.setattr(two_level, "MAX_ITERATIONS", 90)
    usual = solve(patch)
    monkeypatch.setattr(two_level, "FACTORISED", 0)
    exact = solve(patch)
    assert "after GAMG gave up" in exact.statistics["solver"]
    np.testing.assert_allclose(exact.front.k_unit, usual.front.k_unit, rtol=1e-5, atol=1e-6)


def test_a_direct_solve_stands_in_for_a_krylov_method_that_gives_up(monkeypatch):
    usual = solve(laminated())
    monkeypatch.setattr("rollmech.elastic.two_level.MAX_ITERATIONS", 2)
    direct = solve(laminated())
    assert "gave up" in direct.statistics["solver"]
    inner = ~usual.front.vertex
    np.testing.assert_allclose(
        direct.front.k_unit[0, :2, inner], usual.front.k_unit[0, :2, inner], rtol=1e-3, atol=1e-4
    )


def test_a_pit_is_loaded_by_every_direct_stress():
    patch = make_patch(SAME, Pit(6.0, 6.0, 6.0))
    problem = PatchProblem(patch, mesh(patch))
    loads = problem.loads(problem.space, problem.modes)
    # A round pit does not know x from y.
    assert loads[0].norm() == pytest.approx(loads[2].norm(), rel=0.02)


def test_the_same_patch_gives_the_same_mesh_and_numbers_bit_for_bit(base):
    again = solve(laminated())
    assert np.array_equal(again.problem.mesh.geometry.x, base.problem.mesh.geometry.x)
    assert np.array_equal(again.problem.patch_mesh.ply, base.problem.patch_mesh.ply)
    assert np.array_equal(again.front.k_unit, base.front.k_unit)
