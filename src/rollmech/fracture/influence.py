"""Influence of the web's stress on a flaw: the costly, reusable part of a case.

Linear elasticity makes K along a front, or the stress on a blunt flaw, a linear map of the four far-stress
coefficients of the flawed ply. The map is solved on successively finer meshes until its estimated error meets the
target; rollers, tensions, temperatures and residual stresses are arithmetic on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial import cKDTree

from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import boundary_effect, solve_modes
from rollmech.fracture.front_integral import FrontK, front_k
from rollmech.fracture.front_t_stress import front_t_stress
from rollmech.fracture.interaction_integral import mixed_front_k
from rollmech.fracture.stress_concentration import SurfaceStress, surface_stress
from rollmech.fracture.t_stress import tip_t_stress
from rollmech.mesh.build import build_mesh
from rollmech.mesh.grading import Grading
from rollmech.mesh.patch import Patch, PatchPly

LEVELS = {
    3: (
        Grading(front=1 / 14, root=1 / 7, growth=0.35),
        Grading(front=1 / 20, root=1 / 10, growth=0.30),
        Grading(front=1 / 28, root=1 / 14, growth=0.25),
        Grading(front=1 / 40, root=1 / 20, growth=0.20),
    ),
    2: (
        Grading(front=1 / 80, root=1 / 15, growth=0.25),
        Grading(front=1 / 160, root=1 / 30, growth=0.20),
        Grading(front=1 / 320, root=1 / 60, growth=0.15),
    ),
}
"""Mesh gradings by dimension, coarse to fine. The first two are always solved: their difference is the estimate."""

# Between levels that are r times apart in size the error left on the finer one is difference / (r^p - 1). For K that is
# the difference itself in the plane model (r = 2, p = 1) and 1.25 times it in 3D (r = 1.4, p = 1.75); for stresses
# averaged at the nodes of a 3D surface (p = 1) 2.5 times.
SAFETY = 1.25
STRESS_SAFETY = {2: 1.25, 3: 2.5}
# K within 30 degrees of the free surface depends on the functions that it is expanded in by up to this much.
SURFACE_SCATTER = 0.002
UNKNOWNS_LIMIT = 400_000

Progress = Callable[[str], None]


@dataclass
class Influence:
    """Response of one flaw in one stack to the unit far-stress modes, with what is known of its error.

    Attributes:
        patch: What was solved.
        front: K_I on the finest mesh, or None for a blunt flaw.
        front_before: K_I one level coarser, at the same points.
        surface: Surface stress on the finest mesh, or None for a sharp flaw.
        surface_before: Surface stress one level coarser (other nodes).
        boundary: Relative effect of the patch's ends on K and Kt, an upper bound; 0 for real ends.
        target: Relative error asked for.
        levels: Statistics of every mesh solved.
        timings: Seconds by stage, summed over the levels.
        problem: The finest problem, for writing fields.
        solutions: Its perturbations.
    """

    patch: Patch
    front: FrontK | None
    front_before: FrontK | None
    surface: SurfaceStress | None
    surface_before: SurfaceStress | None
    boundary: float
    target: float
    levels: list[dict] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    problem: PatchProblem | None = None
    solutions: list = field(default_factory=list)

    @property
    def front_ply(self) -> PatchPly:
        """The ply that holds the front."""
        return self.patch.plies[self.patch.cut - 1]

    def stress_intensity(self, coefficients: np.ndarray) -> np.ndarray:
        """K_I (MPa um^0.5) along the front for mode coefficients of the web in MPa (``Patch.turned``), shape (n,)."""
        return self.patch.turned(coefficients) @ self.front.k_unit[0]

    def mixed_mode(self, coefficients: np.ndarray) -> np.ndarray:
        """K_I, K_II, K_III (MPa um^0.5) along the front, shape (3, n)."""
        return np.einsum("m,fmn->fn", self.patch.turned(coefficients), self.front.k_unit)

    def t_stress(self, coefficients: np.ndarray) -> tuple[float, float] | None:
        """T-stress of a plane crack and its estimated error (MPa); None for any other flaw."""
        if self.front is None or self.front.t_unit is None:
            return None
        local = self.patch.turned(coefficients)
        value, before = float(local @ self.front.t_unit), float(local @ self.front_before.t_unit)
        return value, SAFETY * abs(value - before) + self.boundary * abs(value)

    def front_t_stress(self, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """T-stress along a front that meets no face and its estimated error (MPa), each shape (n,); else None."""
        if self.front is None or self.front.t_front is None:
            return None
        local = self.patch.turned(coefficients)
        value, before = local @ self.front.t_front, local @ self.front_before.t_front
        change = np.abs(value - before)
        # Where the difference happens to cross zero the error does not.
        floor = np.sqrt(np.mean(change**2))
        return value, SAFETY * np.maximum(change, floor) + self.boundary * np.abs(value)

    def opening_route(self, coefficients: np.ndarray) -> np.ndarray:
        """K_I, K_II, K_III (MPa um^0.5) by regression of the faces' opening, shape (3, n): the second route."""
        return np.einsum("m,fmn->fn", self.patch.turned(coefficients), self.front.k_opening)

    def route_difference(self) -> float:
        """Largest difference of K_I between both routes under uniform tension, over the largest K_I."""
        return self.route_differences(self.patch.tension)["K_I"]

    def route_differences(self, coefficients: np.ndarray) -> dict[str, float]:
        """Largest differences between two routes along the front, under any load.

        Returns:
            ``K_I``, ``K_II``, ``K_III``: integral against opening of the faces, over the largest of the three K;
            ``J``: sqrt of the domain integral's J over that of the three K, less 1, where all three were extracted.
        """
        inner, local = ~self.front.vertex, self.patch.turned(coefficients)
        k = self.mixed_mode(coefficients)[:, inner]
        second = self.opening_route(coefficients)[:, inner]
        apart = np.abs(second - k).max(axis=1) / np.abs(k).max()
        found = {name: float(apart[i]) for i, name in enumerate(("K_I", "K_II", "K_III")) if np.any(k[i])}
        if self.front.j_unit is not None:
            j = np.einsum("a,b,abn->n", local, local, self.front.j_unit)[inner]
            found["J"] = float(np.abs(np.sqrt(np.abs(j) / self.release_rate(coefficients)[inner]) - 1).max())
        return found

    def release_rate(self, coefficients: np.ndarray) -> np.ndarray:
        """Energy release rate (J/m^2) along the front: (K_I^2 + K_II^2)/E' + K_III^2 (1 + nu)/E, shape (n,)."""
        ply = self.front_ply
        one, two, three = self.mixed_mode(coefficients)
        plane = (one**2 + two**2) * (1 - ply.poisson_ratio**2)
        return (plane + three**2 * (1 + ply.poisson_ratio)) / ply.youngs_modulus

    def effective(self, coefficients: np.ndarray) -> np.ndarray:
        """sqrt(E' G) with the sign of K_I (MPa um^0.5): what is compared with the toughness, shape (n,)."""
        ply = self.front_ply
        modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
        sign = np.sign(self.stress_intensity(coefficients))
        return sign * np.sqrt(modulus * self.release_rate(coefficients))

    def stress_intensity_error(self, coefficients: np.ndarray) -> np.ndarray:
        """Estimated absolute error of K (MPa um^0.5), shape (n,): mesh, path and patch size together."""
        local = self.patch.turned(coefficients)
        change = np.einsum("m,fmn->fn", local, self.front.k_unit - self.front_before.k_unit)
        change = np.linalg.norm(change, axis=0)
        inner = ~self.front.vertex
        # Where the difference happens to cross zero the error does not: take the mean square as a floor.
        floor = np.sqrt(np.mean(change[inner] ** 2))
        value = np.linalg.norm(self.mixed_mode(coefficients), axis=0)
        share = self.front.path_spread + self.boundary + SURFACE_SCATTER * self.front.near_surface
        return SAFETY * np.maximum(change, floor) + value * share

    def surface_stress(self, coefficients: np.ndarray) -> np.ndarray:
        """Largest principal stress (MPa) at the nodes of a blunt flaw's surface, shape (n,)."""
        return self.surface.largest_principal(self.patch.turned(coefficients))

    def peak_stress(self, coefficients: np.ndarray) -> tuple[float, float, np.ndarray]:
        """Largest principal stress on a blunt flaw (MPa), its estimated error and its position (um)."""
        values = self.surface_stress(coefficients)
        before = self.surface_before.largest_principal(self.patch.turned(coefficients))
        peak = float(values.max())
        change = abs(peak - float(before.max()))
        if self.patch.flaw.dimension == 3:
            change = max(change, self._scatter(values, before))
        error = STRESS_SAFETY[self.patch.flaw.dimension] * change + self.boundary * abs(peak)
        return peak, error, self.surface.position[values.argmax()]

    def _scatter(self, values: np.ndarray, before: np.ndarray) -> float:
        """Root mean square difference of two meshes over the highly stressed part: maxima can agree by luck."""
        high = values > 0.95 * values.max()
        nearest = cKDTree(self.surface_before.position).query(self.surface.position[high])[1]
        return float(np.sqrt(np.mean((values[high] - before[nearest]) ** 2)))

    def relative_error(self) -> float:
        """Estimated relative error under uniform tension, the largest along the front."""
        tension = self.patch.tension
        if self.front is None:
            peak, error, _ = self.peak_stress(tension)
            return error / peak
        inner = ~self.front.vertex
        error = self.stress_intensity_error(tension)[inner] / self.stress_intensity(tension)[inner]
        return float(error.max())


def solve_influence(patch: Patch, target: float, progress: Progress = lambda text: None) -> Influence:
    """Mesh, solve and extract, refining until the estimated relative error meets ``target``.

    Args:
        patch: Geometry and moduli.
        target: Relative error wanted on K or on the peak stress.
        progress: Called with a line of text before each stage.

    Raises:
        NumericsError: The mesh, a solve or the extraction failed; no number was earned.
    """
    timings = {"mesh": 0.0, "solve": 0.0, "extract": 0.0, "boundary": 0.0}
    levels: list[dict] = []
    before = None
    boundary = 0.0
    for number, grading in enumerate(LEVELS[patch.flaw.dimension]):
        problem, solutions, extracted = _solve_level(patch, grading, timings, levels, progress)
        if number == 0 and not patch.real_ends:
            with _timed(timings, "boundary"):
                boundary = boundary_effect(problem)
        if before is not None:
            sharp = patch.flaw.sharp
            influence = Influence(
                patch=patch,
                front=extracted if sharp else None,
                front_before=before if sharp else None,
                surface=None if sharp else extracted,
                surface_before=None if sharp else before,
                boundary=boundary,
                target=target,
                levels=levels,
                timings=timings,
                problem=problem,
                solutions=solutions,
            )
            levels[-1]["estimated relative error"] = influence.relative_error()
            growth = levels[-1]["unknowns"] / levels[-2]["unknowns"]
            if influence.relative_error() <= target or levels[-1]["unknowns"] * growth > UNKNOWNS_LIMIT:
                break
        before = extracted
    return influence


def _solve_level(patch: Patch, grading: Grading, timings: dict, levels: list, progress: Progress):
    label = f"mesh {len(levels) + 1}"
    progress(f"{label}: meshing")
    with _timed(timings, "mesh"):
        mesh = build_mesh(patch, grading)
    problem = PatchProblem(patch, mesh)
    progress(f"{label}: solving {mesh.elements} elements")
    with _timed(timings, "solve"):
        solutions, statistics = solve_modes(problem)
    progress(f"{label}: extracting")
    with _timed(timings, "extract"):
        extracted = _extract(problem, solutions)
    levels.append({"elements": mesh.elements, **mesh.statistics, **statistics})
    return problem, solutions, extracted


def _extract(problem: PatchProblem, solutions: list) -> FrontK | SurfaceStress:
    if not problem.patch.flaw.sharp:
        return surface_stress(problem, solutions)
    if problem.dimension == 2:
        return replace(mixed_front_k(problem, solutions), t_unit=tip_t_stress(problem, solutions))
    found = front_k(problem, solutions) if problem.symmetric else mixed_front_k(problem, solutions)
    if "free" in problem.patch.front.ends:
        return found
    return replace(found, t_front=front_t_stress(problem, solutions))


class _timed:
    """Add the wall time of a block to an entry of a table."""

    def __init__(self, table: dict[str, float], name: str):
        self._table, self._name = table, name

    def __enter__(self):
        self._start = time.perf_counter()

    def __exit__(self, *_):
        self._table[self._name] += time.perf_counter() - self._start
