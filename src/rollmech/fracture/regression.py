"""K from the opening of the crack faces: a second route that shares nothing with the integrals but the solution.

Near the front the faces part by (8/E') K_I sqrt(r/2pi) normal to the crack, (8/E') K_II sqrt(r/2pi) along the front's
normal and (4/mu) K_III sqrt(r/2pi) along the front. The parting over sqrt(r) of all face nodes within a ring is fitted
by K(phi) + r a(phi) + r^2 b(phi) with the smooth functions of the front. On a front that meets no face it is taken over
the profile sqrt(s) of an ellipse deep in a body instead, which is sqrt(r) at the front, and fitted by K(phi) + a/r +
r b(phi): the coarseness of the innermost elements is seen from farther away as the next singular field, r^(-1/2), and
without its term K is 1 to 2 % low. Less accurate than the integrals (0.5 %, 1-3 % on fronts that meet a face), but it
would show a wrong factor, sign or frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.backend import MPI
from rollmech.elastic.problem import PatchProblem
from rollmech.flaws.front import EllipticFront
from rollmech.fracture.stress_concentration import at_nodes
from rollmech.mesh.patchmesh import facet_nodes, geometry_cells

INNER, RING = 0.15, 0.5
"""Radii between which face nodes are used, over the front's local size: the innermost elements are 3-5 % off."""
_CORRECTION_TERMS = 3


def opening_k(problem: PatchProblem, solutions: Sequence, basis) -> np.ndarray:
    """K_I, K_II, K_III per unit mode at the points of a front basis, shape (3, modes, n), by regression."""
    front, modes = problem.patch.front, problem.patch.modes
    nodes, side = face_nodes(problem)
    radius, phi = front.project(problem.patch_mesh.nodes[nodes])
    scale = front.local_size(phi)
    near = (radius > INNER * scale) & (radius < RING * scale)
    nodes, side, radius, phi, scale = (a[near] for a in (nodes, side, radius, phi, scale))
    numbers = problem.patch_mesh.input_nodes[nodes]
    buried = isinstance(front, EllipticFront) and front.ends[0] != "free"
    profile = front.opening_profile(problem.patch_mesh.nodes[nodes], phi) if buried else radius
    root, relative = np.sqrt(profile / (2 * np.pi)), radius / scale
    ply = problem.patch.plies[problem.patch.cut - 1]
    plane = ply.youngs_modulus / (1 - ply.poisson_ratio**2) / 4
    factors = (plane, plane, ply.shear_modulus / 2)
    along = front.normal(phi)
    directions = (np.tile(front.crack_normal, (len(phi), 1)), along, np.cross(along, front.crack_normal))
    sheared = problem.patch.sheared
    fitted = (1, 2) if sheared else (0, 1, 2)
    k = np.zeros((3, len(modes), basis.phi.size))
    for mode, solution in zip(problem.modes, solutions, strict=True):
        moved = at_nodes(problem, solution.x.array)[nodes]
        for i in fitted:
            if problem.symmetric and not sheared and i != (2 if mode.startswith("xy") else 0):
                continue
            odd = {"odd": True} if sheared and i == 1 else {}
            smooth = basis.functions(phi, **odd)
            columns = _columns(smooth, relative, buried) * basis.weight(phi)[:, None]
            parting = side * np.einsum("ni,ni->n", moved, directions[i]) * factors[i] / root
            fit = _least_squares(numbers, columns, parting * basis.weight(phi))
            k[i, modes.index(mode)] = fit[: len(smooth)] @ basis.functions(basis.phi, **odd)
    return k


def _columns(smooth: np.ndarray, relative: np.ndarray, buried: bool) -> np.ndarray:
    """What the parting of the faces is fitted by, shape (nodes, terms): K first, then its two corrections."""
    few = smooth[:_CORRECTION_TERMS]
    last = few / relative if buried else relative**2 * few
    return np.concatenate([smooth, relative * few, last]).T


def _least_squares(numbers: np.ndarray, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Least-squares fit to the rows of all ranks together, each of a numbered node that counts once."""
    parts = MPI.COMM_WORLD.allgather((numbers, columns, values))
    numbers, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    once = np.unique(numbers, return_index=True)[1]
    return np.linalg.lstsq(columns[once], values[once], rcond=None)[0]


def face_nodes(problem: PatchProblem) -> tuple[np.ndarray, np.ndarray]:
    """Geometry nodes of the crack's faces and the side, +1 or -1, that they belong to."""
    facets = problem.patch_mesh.face("flaw")
    cells = problem.patch_mesh.cells_of(facets)
    per_facet = facet_nodes(problem.mesh, facets, cells)
    places, front = problem.patch_mesh.nodes, problem.patch.front
    origin = front.point(np.array([np.pi / 2]))[0]
    middle = places[geometry_cells(problem.mesh)[cells]].mean(axis=1)
    side = np.zeros(len(places))
    side[per_facet] = np.sign((middle - origin) @ front.crack_normal)[:, None]
    nodes = np.unique(per_facet)
    flat = np.abs((places[nodes] - origin) @ front.crack_normal) < 1e-6 * problem.patch.flaw.depth
    return nodes[flat], side[nodes[flat]]
