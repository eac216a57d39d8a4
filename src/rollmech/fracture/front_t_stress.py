"""T-stress along a curved front: the constant stress along the front's normal, of every unit mode.

The interaction integral I of `interaction_integral` with the field of a line force of 1 MPa um at the front along its
normal, curvature terms included, is the strain along the normal without its singular part, less the work of the
stress s on the faces on the opening that the force gives them (`t_stress` has the plane version). With the
strain along the front e_tt (Nakamura & Parks 1992)

    T = E' (I + nu e_tt) + s.

e_tt is the derivative of the front's own displacement, fitted by smooth functions of the angle and continued
across planes of symmetry. Measured on embedded ellipses with exact T (Eshelby 1957): 0.7 % of the tension in the mean,
up to 6 % locally. Only for fronts that meet no face: nothing was found to hold others against.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.backend import MPI
from rollmech.elastic.far_field import unit_stress
from rollmech.elastic.problem import PatchProblem
from rollmech.flaws.front import EllipticFront
from rollmech.fracture.domain_integral import smooth_ramp
from rollmech.fracture.front_integral import RINGS, front_basis, ring_cells
from rollmech.fracture.interaction_integral import LINE_FORCE, Interaction
from rollmech.fracture.stress_concentration import at_nodes

_ORDERS = 5


def front_t_stress(problem: PatchProblem, solutions: Sequence) -> np.ndarray:
    """T-stress (MPa) of the whole field per unit mode at the points of a front, shape (modes, n)."""
    basis, patch = front_basis(problem, vertex_means=False), problem.patch
    integral = Interaction(problem, solutions, ring_cells(problem, basis.relative_radius))
    integral.choose(LINE_FORCE)
    ply = patch.plies[patch.cut - 1]
    poisson = ply.poisson_ratio
    modulus = ply.youngs_modulus / (1 - poisson**2)
    ramp = smooth_ramp(basis.relative_radius[: problem.owned_vertices] / RINGS[len(RINGS) // 2])[:, None]
    normal = patch.front.normal(basis.phi)
    t = np.zeros((len(patch.modes), basis.phi.size))
    for row, mode in enumerate(patch.modes):
        far = _far_tensor(problem, mode, basis.position)
        t[row] = np.einsum("ni,nij,nj->n", normal, far, normal)
        if mode not in problem.modes:
            continue  # leaves the crack alone: only the far stress itself
        number = problem.modes.index(mode)
        strain = basis.release_rate(integral.forces(number) * ramp)
        along = hoop_strain(problem, solutions[number], basis.phi)
        across = patch.front.crack_normal
        faces = np.einsum("i,nij,j->n", across, far, across)
        # The faces carry minus the far stress.
        t[row] += _smoothed(patch.front, basis.phi, modulus * (strain + poisson * along) - faces)
    return t


def _smoothed(front: EllipticFront, phi: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Least-squares fit by harmonics over speed^2: a uniform tensor along the normal is a part of them."""
    columns = _smooth(phi)[0] * (front.depth / front.speed(phi))[:, None] ** 2
    return columns @ np.linalg.lstsq(columns, values, rcond=None)[0]


def _far_tensor(problem: PatchProblem, mode: str, points: np.ndarray) -> np.ndarray:
    """Far stress of a mode at points of the front, shape (n, 3, 3)."""
    ply = np.full(len(points), problem.patch.cut - 1)
    xx, yy, zz, xy, yz, xz = unit_stress(problem.patch, mode, points, ply).T
    rows = ([xx, xy, xz], [xy, yy, yz], [xz, yz, zz])
    return np.stack([np.stack(row, -1) for row in rows], 1)


def hoop_strain(problem: PatchProblem, solution, phi: np.ndarray) -> np.ndarray:
    """Strain along the front of one mode's perturbation at some angles, shape (n,)."""
    front = problem.patch.front
    places = problem.patch_mesh.nodes
    distance, guess = front.project(places)
    near = np.flatnonzero(distance < 1e-2 * front.local_size(guess))
    angle = front.refine(places[near], guess[near])
    on = np.linalg.norm(places[near] - front.point(angle), axis=1) < 1e-5 * front.local_size(angle)
    moved = at_nodes(problem, solution.x.array)[near[on]]
    rows = MPI.COMM_WORLD.allgather((angle[on], moved))
    angle, moved = (np.concatenate([row[i] for row in rows]) for i in range(2))
    angle, moved = _continued(front, angle, moved)
    values, _ = _smooth(angle)
    fit = np.linalg.lstsq(values, moved, rcond=None)[0]
    slope = _smooth(phi)[1] @ fit
    tangent = np.column_stack([-front.half_width * np.sin(phi), front.depth * np.cos(phi)]) @ np.array(
        [front.first, front.second]
    )
    return np.einsum("ni,ni->n", slope, tangent) / front.speed(phi) ** 2


def _continued(front: EllipticFront, angle: np.ndarray, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angles and displacements with their images behind planes of symmetry."""
    angles, values = [angle], [moved]
    if "mirror" in front.ends:  # both ends lie on the plane y = 0
        angles.append(np.pi - angle)
        values.append(moved * [1, -1, 1])
    return np.concatenate(angles), np.concatenate(values)


def _smooth(angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Harmonics around the front and their derivatives, each shape (n, terms)."""
    n = np.arange(_ORDERS)
    cos, sin = np.cos(angle[:, None] * n), np.sin(angle[:, None] * n[1:])
    return np.hstack([cos, sin]), np.hstack(
        [-n * np.sin(angle[:, None] * n), n[1:] * np.cos(angle[:, None] * n[1:])]
    )
