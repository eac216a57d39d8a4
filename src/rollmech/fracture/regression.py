"""K from the opening of the crack faces: a second route that shares nothing with the integrals but the solution.

Near the front the faces part by (8/E') K_I sqrt(r/2pi) normal to the crack, (8/E') K_II sqrt(r/2pi) along the front's
normal and (4/mu) K_III sqrt(r/2pi) along the front. The parting over sqrt(r) of all face nodes within a ring is fitted
by K(phi) + r a(phi) + r^2 b(phi) with the smooth functions of the front. Less accurate than the integrals (about
1 %), but it would show a wrong factor, sign or frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rollmech.elastic.problem import MODES, PatchProblem
from rollmech.flaws.front import TipFront
from rollmech.fracture.stress_concentration import at_nodes
from rollmech.mesh.patchmesh import facet_nodes, geometry_cells

INNER, RING = 0.15, 0.5
"""Radii between which face nodes are used, over the front's local size: the innermost elements are 3-5 % off."""
_CORRECTION_TERMS = 3


def opening_k(problem: PatchProblem, solutions: Sequence, basis) -> np.ndarray:
    """K_I, K_II, K_III per unit mode at the points of a front basis, shape (3, 6, n), by regression."""
    nodes, side = _face_nodes(problem)
    x = problem.mesh.geometry.x[nodes]
    radius, phi, normal, scale = _frames(problem, x)
    near = (radius > INNER * scale) & (radius < RING * scale)
    nodes, side, radius, phi, normal, scale = (a[near] for a in (nodes, side, radius, phi, normal, scale))
    root, relative = np.sqrt(radius / (2 * np.pi)), radius / scale
    ply = problem.patch.plies[0]
    plane = ply.youngs_modulus / (1 - ply.poisson_ratio**2) / 4
    factors = (plane, plane, ply.shear_modulus / 2)
    smooth = basis.functions(phi)
    few = smooth[:_CORRECTION_TERMS]
    columns = np.concatenate([smooth, relative * few, relative**2 * few]).T * basis.weight(phi)[:, None]
    k = np.zeros((3, len(MODES), basis.phi.size))
    for mode, solution in zip(problem.modes, solutions, strict=True):
        moved = at_nodes(problem, solution.x.array)[nodes]
        for i, direction in enumerate(_directions(problem, normal)):
            parting = side * np.einsum("ni,ni->n", moved, direction) * factors[i] / root
            fit = np.linalg.lstsq(columns, parting * basis.weight(phi), rcond=None)[0]
            k[i, MODES.index(mode)] = fit[: len(smooth)] @ basis.functions(basis.phi)
        if problem.symmetric:
            k[1:, MODES.index(mode)] = 0.0
    return k


def _face_nodes(problem: PatchProblem) -> tuple[np.ndarray, np.ndarray]:
    """Geometry nodes of the crack faces (in the plane x = 0) and the side, +1 or -1, that they belong to."""
    facets = problem.patch_mesh.face("flaw")
    dim = problem.dimension
    cell_of = problem.mesh.topology.connectivity(dim - 1, dim)
    cells = np.array([cell_of.links(facet)[0] for facet in facets])
    per_facet = facet_nodes(problem.mesh, facets, cells)
    middle = problem.mesh.geometry.x[geometry_cells(problem.mesh)[cells]].mean(axis=1)[:, 0]
    side = np.zeros(len(problem.mesh.geometry.x))
    side[per_facet] = np.sign(middle)[:, None]
    nodes = np.unique(per_facet)
    flat = np.abs(problem.mesh.geometry.x[nodes, 0]) < 1e-9 * problem.patch.flaw.depth
    return nodes[flat], side[nodes[flat]]


def _frames(problem: PatchProblem, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Distance, angle, front normal and local size at points of the crack plane."""
    front, thickness = problem.patch.flaw.front(), problem.patch.flawed_thickness
    if isinstance(front, TipFront):
        ones = np.ones(len(x))
        return (
            front.distance(x),
            ones * np.pi / 2,
            np.tile([0.0, -1.0], (len(x), 1)),
            ones * front.local_size(thickness),
        )
    distance, phi = front.project(x)
    return distance, phi, front.normal(phi), front.local_size(phi, thickness)


def _directions(problem: PatchProblem, normal: np.ndarray) -> tuple[np.ndarray, ...]:
    """Unit vectors of the parting of modes I, II, III at every node."""
    crack_normal = np.zeros_like(normal)
    crack_normal[:, 0] = 1.0
    if problem.dimension == 2:
        return crack_normal, normal, np.zeros_like(normal)
    return crack_normal, normal, np.cross(normal, crack_normal)
