"""K_I along a front whose crack is partly closed: contact of the faces, J of the state's own solution.

Contact makes the state non-linear: J comes from the one solution of the whole state, K_I = sqrt(E' J). Where the
faces touch u_x and its slope along the face vanish, so that the contact pressure does no work in J's face term.
Contact can only add pressure that opens the rest: K_I is nowhere below the linear one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rollmech.elastic.contact import PENALTY, FaceContact
from rollmech.elastic.problem import PatchProblem
from rollmech.errors import NumericsError
from rollmech.fracture.domain_integral import ConfigurationalForces, smooth_ramp
from rollmech.fracture.front_integral import RINGS, front_basis, ring_cells

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence

SAFETY = 1.25
"""As for the linear K: two meshes, the same orders."""
EDGE_FACTOR = 0.005
SURFACE_SCATTER = 0.002


@dataclass(frozen=True)
class ContactFront:
    """K_I with contact.

    Attributes:
        k: K_I along the front, MPa um^0.5, shape (n,), at the influence's front points.
        error: Its estimated error, shape (n,).
        closed_share: Share of the faces' area in contact.
        steps: Newton steps on the finest mesh.
        overlap: Mean overlap left by the penalty over the mean gap.
        penalty_change: Largest change of K_I for a tenth of the penalty over the largest K_I.
        values: Perturbation of the finest mesh, um, at this rank's unknowns.
    """

    k: np.ndarray
    error: np.ndarray
    closed_share: float
    steps: int
    overlap: float
    penalty_change: float
    values: np.ndarray


def contact_refusal(influence: Influence) -> str:
    """Why contact is not solved for this flaw; empty where it is."""
    if influence.energy is not None:
        return "contact is not solved for channel cracks"
    if influence.on_interface:
        return "contact is not solved for cracks on an interface"
    if influence.copies != 2:
        return "contact is only solved for cracks in a plane of symmetry"
    if influence.patch.bridge is not None:
        return "contact is not solved beside a bridge of the faces"
    if influence.patch.fill is not None:
        return "contact is not solved for filled flaws"
    if influence.patch.earlier:
        return "contact is not solved for a web that layers were laminated to on the way"
    return ""


def contact_front(influence: Influence, coefficients: np.ndarray) -> ContactFront:
    """Solve a partly closed state on the two finest meshes.

    The error is that of K^2 (difference of the meshes, at least its rms along the front; spread of the rings; change
    for a tenth of the penalty on the coarser mesh: nine times what the penalty leaves), the doubt about the contact
    zone's edge, the ends of the patch and the free surface.

    Args:
        influence: The solved flaw, with the problems of its two finest meshes.
        coefficients: As for ``Influence.stress_intensity``.

    Raises:
        NumericsError: The crack is none of those solved, or the contact zone did not settle.
    """
    refusal = contact_refusal(influence)
    if refusal:
        raise NumericsError(refusal)
    local = influence.patch.turned(coefficients)
    coarse, *_ = _level(influence.problem_before, influence.solutions_before, local)
    soft, *_ = _level(influence.problem_before, influence.solutions_before, local, 0.1 * PENALTY)
    fine, contact, steps = _level(influence.problem, influence.solutions, local)
    middle, inner = len(RINGS) // 2, ~influence.front.vertex
    k = np.sqrt(fine[middle])
    change, penalty = (np.abs(a - coarse)[middle] for a in (fine, soft))
    squared = (
        SAFETY * np.maximum(change, np.sqrt(np.mean(change[inner] ** 2))) + np.ptp(fine, axis=0) + penalty
    )
    added = np.abs(k - influence.stress_intensity(coefficients))
    share = influence.boundary + SURFACE_SCATTER * influence.front.near_surface
    error = _root_error(k, squared) + _edge_error(contact) * added + share * k
    relative = penalty[inner].max() / max(fine[middle][inner].max(), 1e-300)
    return ContactFront(
        k, error, contact.closed_share, steps, contact.overlap, float(relative / 2), contact.values
    )


def _root_error(k: np.ndarray, squared: np.ndarray) -> np.ndarray:
    """Error of k from that of its square, the larger of both sides: a K of zero is uncertain by the root."""
    return np.maximum(np.sqrt(k**2 + squared) - k, k - np.sqrt(np.maximum(k**2 - squared, 0.0)))


def _edge_error(contact: FaceContact) -> float:
    """Part of what contact adds to K that is in doubt since the zone ends within elements, 0 to 1.

    K is stationary with respect to the zone's edge, so that the doubt grows with the square of the elements' size there
    over the zone's. The factor is fitted, not derived: six edge cracks in a half-plane, mouth closed over 0.1 to 3
    elements, needed up to 0.0036.
    """
    closed = contact.closed_share
    return min(1.0, EDGE_FACTOR * (contact.edge_share / closed) ** 2) if closed else 0.0


def _level(
    problem: PatchProblem, solutions: list, local: np.ndarray, penalty: float = PENALTY
) -> tuple[np.ndarray, FaceContact, int]:
    """K_I squared of all rings on one mesh, shape (rings, n), the contact and its steps."""
    contact = FaceContact(problem, penalty)
    weights = [local[problem.patch.modes.index(mode)] for mode in problem.modes]
    start = sum(weight * u.x.array for weight, u in zip(weights, solutions, strict=True))
    solution, steps = contact.solve(local, start)
    return _squared_k(problem, solution, local), contact, steps


def _squared_k(problem: PatchProblem, solution, local: np.ndarray) -> np.ndarray:
    basis = front_basis(problem, vertex_means=problem.dimension == 3)
    cells = ring_cells(problem, basis.relative_radius)
    forces = ConfigurationalForces(problem, [solution], cells).of_state(solution, local)
    ply = problem.patch.plies[problem.patch.cut - 1]
    modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
    radius = basis.relative_radius[: problem.owned_vertices]
    energies = [basis.release_rate(forces * smooth_ramp(radius / ring)[:, None]) for ring in RINGS]
    # A closed part of the front releases nothing; what the smooth functions leave there of either sign is error.
    return modulus * np.maximum(energies, 0.0)
