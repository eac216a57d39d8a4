"""What a joint between tiles does, per unit mode: its opening, the forces that bridge it, the compliance that it adds.

All of it is linear in the far stress. The compliance follows from the work of one load on the perturbation of another
(Clapeyron, Betti) and, over the volume of the gap, from what the missing or softer solid would have held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollmech.backend import MPI, dolfinx, ufl
from rollmech.elastic.far_field import precedes_filling, unit_stress
from rollmech.elastic.problem import QUADRATURE, PatchProblem
from rollmech.fracture.stress_concentration import at_nodes
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import facet_nodes, geometry_cells

fem = dolfinx.fem

PLACES = ("mean", "face", "root")
"""Where the strain of the joint is taken: over the wall's height, at the flawed face, at the foot of the tiles."""
RECOVERED = 0.95


@dataclass(frozen=True)
class JointResponse:
    """Response of a joint to the unit modes of its patch, in their order (um, MPa).

    Attributes:
        strain: Strain of what is in the gap (opening over gap, the web's own included) at ``PLACES``, shape (modes, 3).
        opening: The joint's own opening, mean over the height, um, shape (modes,).
        filler: Force per width through the filler, mean over the gap, MPa um, shape (modes,).
        carried: Mean stress that the joint adds to each ply under the gap, MPa, shape (modes, plies - 1).
        distance: Distances from the wall, um, shape (n,).
        force: The joint's part of the force in the tile there, MPa um, shape (modes, n).
        work: Bilinear form of what two modes add to each other's extension, MPa um^2, shape (modes, modes).
    """

    strain: np.ndarray
    opening: np.ndarray
    filler: np.ndarray
    carried: np.ndarray
    distance: np.ndarray
    force: np.ndarray
    work: np.ndarray

    def recovery(self, load: np.ndarray, far: float) -> float:
        """Distance (um) from the wall beyond which the tile holds 95 % of its far force (MPa um) under a load."""
        short = np.flatnonzero(np.abs(load @ self.force) > (1 - RECOVERED) * abs(far))
        if not len(short):
            return 0.0
        last = min(short[-1] + 1, len(self.distance) - 1)
        pair = np.log(np.abs(load @ self.force)[[last, last - 1]] / abs(far))
        return float(np.interp(np.log(1 - RECOVERED), pair, self.distance[[last, last - 1]]))


def joint_response(problem: PatchProblem, solutions: Sequence) -> JointResponse:
    """Extract the response from the perturbation of each of ``problem.modes``; every rank must call this."""
    patch = problem.patch
    places = [patch.modes.index(mode) for mode in problem.modes]
    count = len(patch.modes)
    opening, filler = np.zeros((count, 3)), np.zeros(count)
    carried = np.zeros((count, len(patch.plies) - 1))
    profiles = []
    measure = _Measure(problem)
    for i, mode, solution in zip(places, problem.modes, solutions, strict=True):
        later = not precedes_filling(mode) or patch.fill is None
        opening[i] = measure.opening(solution) * later
        sections = measure.sections(solution)
        carried[i], filler[i] = sections[:-1], sections[-1] * later
        profiles.append(measure.tile_force(solution))
    distance = profiles[0][0]
    force = np.zeros((count, len(distance)))
    force[places] = [profile for _, profile in profiles]
    own, far = np.transpose([_far_strain(patch, mode) for mode in patch.modes]), _filler_force(patch)
    strain = opening / patch.flaw.gap + own.T
    return JointResponse(
        strain, opening[:, 0], filler + far, carried, distance, force, _work(problem, solutions)
    )


class _Measure:
    """Integrals of one displacement over walls and columns of elements.

    Args:
        problem: The solved problem.
    """

    def __init__(self, problem: PatchProblem):
        self._problem, patch_mesh = problem, problem.patch_mesh
        self._u = fem.Function(problem.space)
        stress = problem.stress(problem.gradient(self._u))[0, 0]
        walls = np.concatenate([patch_mesh.face("flaw"), patch_mesh.face("bond")])
        walls = walls[walls < problem.mesh.topology.index_map(1).size_local]
        self._wall = facet_nodes(problem.mesh, walls, patch_mesh.cells_of(walls))
        test = ufl.TestFunction(fem.functionspace(problem.mesh, ("DG", 0)))
        dx = ufl.Measure("dx", problem.mesh, metadata={"quadrature_degree": QUADRATURE})
        self._by_cell = fem.form(stress * test * dx)

    def opening(self, solution) -> np.ndarray:
        """Opening of the gap at ``PLACES``, um, shape (3,)."""
        moved = at_nodes(self._problem, solution.x.array)[:, 0]
        height = self._problem.patch_mesh.nodes[:, 2]
        gathered = MPI.COMM_WORLD.allgather((height[self._wall], moved[self._wall]))
        z, u = (np.concatenate(part) for part in zip(*gathered, strict=True))
        length = np.abs(z[:, 1] - z[:, 0])
        mean = np.sum(length * (u @ np.array([1, 1, 4]) / 6)) / length.sum()
        return 2 * np.array([mean, u.flat[z.argmax()], u.flat[z.argmin()]])

    def sections(self, solution) -> np.ndarray:
        """Stress (MPa) of each ply under the gap, mean over that volume, and the filler's force (MPa um) likewise.

        These sums balance the load exactly: they are the work on a stretch of the gap, which the elements hold.
        """
        force, ply, ends = self._cells(solution)
        inside = ends[:, 1] < self._problem.patch.flaw.half_width * (1 + 1e-9)
        solids = [*range(1, len(self._problem.patch.plies)), self._problem.patch.filler]
        local = [force[inside & (ply == solid)].sum() for solid in solids]
        thickness = [layer.thickness for layer in self._problem.patch.plies[1:]]
        total = MPI.COMM_WORLD.allreduce(np.array(local)) / self._problem.patch.flaw.half_width
        return total / np.array([*thickness, 1.0])

    def tile_force(self, solution) -> tuple[np.ndarray, np.ndarray]:
        """Force of the tile in every column of elements, MPa um, at its distance from the wall, um."""
        force, ply, ends = self._cells(solution)
        wall = self._problem.patch.flaw.half_width
        tile = (ply == 0) & (ends[:, 0] > wall * (1 - 1e-9))
        gathered = MPI.COMM_WORLD.allgather((np.round(ends[tile], 9), force[tile]))
        ends, force = (np.concatenate(part) for part in zip(*gathered, strict=True))
        columns, which = np.unique(ends, axis=0, return_inverse=True)
        total = np.bincount(which.ravel(), force)
        return columns.mean(axis=1) - wall, total / np.diff(columns, axis=1)[:, 0]

    def _cells(self, solution) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Integral of the stress along the web over every cell that is this rank's, its ply, both its ends along x."""
        self._u.x.array[:] = solution.x.array
        mesh, patch_mesh = self._problem.mesh, self._problem.patch_mesh
        owned = mesh.topology.index_map(2).size_local
        x = patch_mesh.nodes[geometry_cells(mesh)[:owned, :3], 0]
        force = fem.assemble_vector(self._by_cell).array[:owned]
        return force, patch_mesh.ply[:owned], np.column_stack([x.min(axis=1), x.max(axis=1)])


def _far_strain(patch: Patch, mode: str) -> np.ndarray:
    """Strain along the web at ``PLACES`` that what is in the gap has with the web, per unit mode, shape (3,)."""
    if patch.fill is not None and mode == "misfit":
        return np.full(3, 1 / (3 * patch.fill.bulk_modulus))
    if patch.fill is not None and precedes_filling(mode):
        return np.zeros(3)
    depth = patch.flaw.depth
    points = np.array([[0.0, 0.0, -d] for d in (depth / 2, 0.0, depth)])
    stress = unit_stress(patch, mode, points, np.zeros(3, dtype=int))
    return (stress[:, 0] - patch.plies[0].poisson_ratio * stress[:, 1]) / patch.plies[0].youngs_modulus


def _gap_points(patch: Patch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places over the height of the gap, what each stands for (um), and whether it is filled."""
    at, weights = np.polynomial.legendre.leggauss(4)
    parts = [(patch.level, patch.flaw.depth, True)] if patch.fill else [(0.0, patch.flaw.depth, False)]
    parts += [(0.0, patch.level, False)] if patch.fill and patch.level else []
    depth = np.concatenate([low + (high - low) * (1 + at) / 2 for low, high, _ in parts])
    share = np.concatenate([(high - low) / 2 * weights for low, high, _ in parts])
    filled = np.repeat([filled for *_, filled in parts], len(at))
    return np.column_stack([0 * depth, 0 * depth, -depth]), share, filled


def _filler_force(patch: Patch) -> np.ndarray:
    """Force of a filler that follows the web, per unit mode, MPa um, shape (modes,)."""
    points, share, filled = _gap_points(patch)
    if patch.fill is None:
        return np.zeros(len(patch.modes))
    owner = np.full(filled.sum(), patch.filler)
    return np.array([share[filled] @ unit_stress(patch, m, points[filled], owner)[:, 0] for m in patch.modes])


def _work(problem: PatchProblem, solutions: Sequence) -> np.ndarray:
    """Work of every unit mode on another's perturbation, both halves of the web, and what the gap lacks.

    Only of modes that the web has after filling; misfit and stress from before do not count as loads here.
    """
    patch = problem.patch
    stretching = [m for m in problem.modes if m.split("_")[0] in ("x", "y") and not precedes_filling(m)]
    of = dict(zip(problem.modes, solutions, strict=True))
    loads = problem.loads(problem.space, tuple(stretching))
    work = np.zeros((len(patch.modes),) * 2)
    for load, mode in zip(loads, stretching, strict=True):
        for other in stretching:
            work[patch.modes.index(mode), patch.modes.index(other)] = 2 * load.dot(of[other].x.petsc_vec)
    return (work + work.T) / 2 + _missing(patch)


def _missing(patch: Patch) -> np.ndarray:
    """Far stress less that of what is in the gap, times the far strain, over the whole gap: MPa um^2 per mode pair."""
    points, share, filled = _gap_points(patch)
    chosen = [m.split("_")[0] in ("x", "y") and not precedes_filling(m) for m in patch.modes]
    far = np.array([unit_stress(patch, m, points, np.zeros(len(points), dtype=int)) for m in patch.modes])
    far[~np.array(chosen)] = 0.0
    lacking = far.copy()
    if patch.fill is not None:
        owner = np.full(filled.sum(), patch.filler)
        own = np.array([unit_stress(patch, m, points[filled], owner) for m in patch.modes])
        lacking[:, filled] -= own * np.array(chosen)[:, None, None]
    young, nu = patch.plies[0].youngs_modulus, patch.plies[0].poisson_ratio
    strain = (1 + nu) * far[:, :, :3] - nu * far[:, :, :3].sum(axis=2, keepdims=True)
    return patch.flaw.gap * np.einsum("aqi,bqi,q->ab", lacking[:, :, :3], strain / young, share)


@dataclass(frozen=True)
class TiledStiffness:
    """Section stiffness of a web of tiles over that of one without joints, each alone (the other strain held at zero,
    the other resultant zero): stretching kept flat, bending free of force.

    Attributes:
        membrane: Ratio of stretching stiffness, kept flat.
        bending: Ratio of bending stiffness, free of force.
        compliance: Extension and turn that a joint adds per unit of force and moment about the web's middle, shape
            (2, 2): um per MPa um, 1 per MPa um and um per MPa um^2, 1 per MPa um^2.
    """

    membrane: float
    bending: float
    compliance: np.ndarray


def tiled_stiffness(patch: Patch, response: JointResponse) -> TiledStiffness:
    """Stiffness of the tiled web in the limit of long tiles: compliance of the laminate plus that of a joint every
    tile and gap, plane strain across the web."""
    stiffness, spread = _laminate(patch)
    loads = spread @ np.linalg.inv(stiffness)
    added = loads.T @ response.work @ loads
    whole = np.linalg.inv(stiffness)
    tiled = whole + added / (patch.flaw.tile_length + patch.flaw.gap)
    return TiledStiffness(
        float(np.linalg.inv(tiled)[0, 0] / stiffness[0, 0]), float(whole[1, 1] / tiled[1, 1]), added
    )


def _laminate(patch: Patch) -> tuple[np.ndarray, np.ndarray]:
    """Section stiffness (2, 2) about the middle of the stack (MPa um, MPa um^2, MPa um^3) and the coefficients of the
    modes for a unit of stretch and of curvature that stretches the flawed face, shape (modes, 2)."""
    stiffness = np.zeros((2, 2))
    upper = patch.thickness / 2
    for ply in patch.plies:
        lower = upper - ply.thickness
        modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
        moments = [(upper**n - lower**n) / n for n in (1, 2, 3)]
        stiffness += modulus * np.array([moments[:2], moments[1:]])
        upper = lower
    first, spread = patch.plies[0], np.zeros((len(patch.modes), 2))
    modulus, half = first.youngs_modulus / (1 - first.poisson_ratio**2), first.thickness / 2
    for axis, share in (("x", 1.0), ("y", first.poisson_ratio)):
        spread[patch.modes.index(f"{axis}_membrane")] = (
            modulus * share * np.array([1, patch.thickness / 2 - half])
        )
        spread[patch.modes.index(f"{axis}_bending")] = modulus * share * np.array([0, half])
    return stiffness, spread


def joint_openings(patch: Patch, response: JointResponse) -> np.ndarray:
    """Change of the gap (um) at ``PLACES`` per MPa um of a web kept flat and per 1/um of curvature that stretches the
    flawed face, free of force; shape (3, 2)."""
    stiffness, spread = _laminate(patch)
    deformations = np.array([[1 / stiffness[0, 0], -stiffness[0, 1] / stiffness[0, 0]], [0.0, 1.0]])
    return patch.flaw.gap * response.strain.T @ spread @ deformations
