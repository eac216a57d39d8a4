"""K_I of every mode along the front of a mode I crack, with its path spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import legval

from rollmech.elastic.problem import MODES, PatchProblem
from rollmech.errors import NumericsError
from rollmech.flaws.front import EllipticFront, TipFront
from rollmech.fracture.domain_integral import ConfigurationalForces, smooth_ramp
from rollmech.fracture.regression import opening_k

# Outer radii of the domains over the front's local size; K is reported for the middle one.
RINGS = (0.4, 0.5, 0.6)
# At the free surface the square-root singularity gives way to a vertex singularity: no K is claimed within
# this angle, only a mean over it.
VERTEX_ANGLE = np.radians(7.5)
_STEP = np.radians(3.75)
_TERMS = 5


@dataclass(frozen=True)
class FrontK:
    """K along a front for unit modes (patch units: MPa um^0.5 per MPa).

    Attributes:
        phi: Parametric angle, radians, shape (n,); pi/2 for the tip of a plane crack.
        position: Points, um, shape (n, 3).
        vertex: Marks points that only carry the mean over the zone at the free surface, shape (n,).
        k_unit: K_I, K_II, K_III per unit mode, shape (3, 6, n), modes in the order of ``MODES``.
        path_spread: Largest difference of K_I between rings over its value for the ring in the middle, of the
            first mode, shape (n,).
        k_opening: K by regression of the faces' opening, shape (3, 6, n): the second route.
        t_unit: T-stress per unit mode, MPa, shape (6,); plane cracks only.
    """

    phi: np.ndarray
    position: np.ndarray
    vertex: np.ndarray
    k_unit: np.ndarray
    path_spread: np.ndarray
    k_opening: np.ndarray
    t_unit: np.ndarray | None = None

    @property
    def near_surface(self) -> np.ndarray:
        """1 at the free surface, falling to 0 at 30 degrees from it, shape (n,); 0 for a plane crack."""
        if self.phi.size == 1:
            return np.zeros(1)
        ends = self.phi[[0, -1]] if self.phi[-1] > np.pi / 2 + 1e-9 else self.phi[[0, 0]]
        distance = np.minimum(np.abs(self.phi - ends[0]), np.abs(self.phi - ends[1]))
        return np.clip(1 - distance / np.radians(30), 0, 1)


def front_k(problem: PatchProblem, solutions: Sequence) -> FrontK:
    """Extract K_I along the front of a cracked patch.

    Raises:
        NumericsError: The rings hold too few elements, or uniform tension does not open the front.
    """
    front = problem.patch.flaw.front()
    vertices = problem.coarse_space.tabulate_dof_coordinates()
    if isinstance(front, TipFront):
        basis = _TipBasis(front, problem.patch.flawed_thickness, vertices)
    else:
        basis = ArcBasis(front, problem.patch.flawed_thickness, vertices, whole=False)
    forces = _pair_forces(problem, solutions, basis.relative_radius)
    young, poisson = problem.patch.plies[0].youngs_modulus, problem.patch.plies[0].poisson_ratio
    modulus = young / (1 - poisson**2)
    rings = []
    for ring in RINGS:
        ramp = smooth_ramp(basis.relative_radius / ring)
        energies = [basis.release_rate(force * ramp[:, None]) for force in forces]
        rings.append(_stress_intensity(energies, modulus))
    k_unit = np.zeros((3, len(MODES), basis.phi.size))
    middle = rings[len(rings) // 2]
    k_unit[0, [MODES.index(mode) for mode in problem.modes]] = middle
    opening = np.array([ring[0] for ring in rings])
    spread = np.ptp(opening, axis=0) / middle[0]
    opening_fit = opening_k(problem, solutions, basis)
    return FrontK(basis.phi, basis.position, basis.vertex, k_unit, spread, opening_fit)


def _stress_intensity(energies: Sequence[np.ndarray], modulus: float) -> np.ndarray:
    """K of all modes from J of the opening mode with itself and with each other, shape (modes, n)."""
    if np.any(energies[0] <= 0):
        raise NumericsError("uniform tension does not open the whole front: K cannot be separated by mode")
    opening = np.sqrt(modulus * energies[0])
    return np.array([modulus * energy / opening for energy in energies])


def _pair_forces(problem: PatchProblem, solutions: Sequence, relative_radius: np.ndarray) -> list:
    """Nodal forces of the opening mode with every mode."""
    forces = ConfigurationalForces(problem, solutions, ring_cells(problem, relative_radius))
    return [forces.pair(0, k) for k in range(len(problem.modes))]


def ring_cells(problem: PatchProblem, relative_radius: np.ndarray) -> np.ndarray:
    """Cells that the largest ring touches, given r/R at the mesh vertices.

    Raises:
        NumericsError: The rings reach into another ply or hold too few elements.
    """
    corners = problem.coarse_space.dofmap.list
    inside = relative_radius[corners] < max(RINGS)
    cells = np.flatnonzero(inside.any(axis=1)).astype(np.int32)
    if np.any(problem.patch_mesh.ply[cells] != 0):
        raise NumericsError("a domain around the front reaches into another ply")
    if np.count_nonzero(relative_radius < min(RINGS)) < 3 * len(RINGS):
        raise NumericsError("the domains around the front hold too few elements for an integral")
    return cells


class _TipBasis:
    """A plane crack's tip: one point, one virtual extension (straight down)."""

    def __init__(self, front: TipFront, ply_thickness: float, vertices: np.ndarray):
        self.phi = np.array([np.pi / 2])
        self.position = np.array([[0.0, 0.0, -front.depth]])
        self.vertex = np.array([False])
        self.relative_radius = front.distance(vertices) / front.local_size(ply_thickness)

    def functions(self, phi: np.ndarray) -> np.ndarray:
        """The constant, shape (1, n)."""
        return np.ones((1, len(phi)))

    def weight(self, phi: np.ndarray) -> np.ndarray:
        """1 everywhere, shape (n,)."""
        return np.ones(len(phi))

    def release_rate(self, forces: np.ndarray) -> np.ndarray:
        """J of both symmetric halves, shape (1,)."""
        return np.array([2 * forces[:, 1].sum()])


class ArcBasis:
    """An elliptic front: virtual extensions that are smooth functions of the angle times the front's normal.

    Legendre polynomials over the modelled part of the front, only even ones where symmetry completes it. The zones
    at the free surface are weighted out smoothly; the mean over such a zone is kept apart as a vertex point.

    Args:
        front: The front.
        ply_thickness: Thickness of the flawed ply, um.
        vertices: Mesh vertices, um, shape (n, 3).
        whole: Whether the mesh holds both halves of the front.
    """

    def __init__(self, front: EllipticFront, ply_thickness: float, vertices: np.ndarray, whole: bool):
        self._front, self._whole = front, whole
        distance, phi = front.project(vertices)
        self.relative_radius = distance / front.local_size(phi, ply_thickness)
        self._normal, self._phi = front.normal(phi), phi
        self._start = front.phi_min
        self._end = np.pi - front.phi_min if whole else np.pi / 2
        first, last = self._start + VERTEX_ANGLE, self._end - (VERTEX_ANGLE if whole else 0)
        inner = np.linspace(first, last, int(np.ceil((last - first) / _STEP)) + 1)
        # Auxiliary fields leave tractions on the flawed face, so that interaction integrals have no vertex mean.
        self.phi = inner if whole else np.concatenate([[self._start], inner])
        self.position = front.point(self.phi)
        self.vertex = self.phi < first - 1e-9
        line = np.linspace(self._start, self._end, 8001)
        speed = front.speed(line)
        functions = self.functions(line)
        self._gram = np.trapezoid(self.weight(line) * speed * functions[:, None] * functions, line)
        self._vertex_length = np.trapezoid(self._hat(line) * speed, line)

    def functions(self, phi: np.ndarray) -> np.ndarray:
        """Smooth functions of the angle that K and the virtual extensions are made of, shape (terms, n)."""
        relative = (np.pi / 2 - phi) / (np.pi / 2 - self._start)
        orders = range(2 * _TERMS - 1) if self._whole else range(0, 2 * _TERMS, 2)
        return np.array([legval(relative, np.eye(2 * _TERMS)[i]) for i in orders])

    def weight(self, phi: np.ndarray) -> np.ndarray:
        """1 inside, falling smoothly to 0 at the free surface, shape (n,)."""
        distance = np.minimum(phi - self._start, self._end - phi) if self._whole else phi - self._start
        s = np.clip(distance / VERTEX_ANGLE, 0, 1)
        return s * s * (3 - 2 * s)

    def _hat(self, phi: np.ndarray) -> np.ndarray:
        return np.clip(1 - (phi - self._start) / VERTEX_ANGLE, 0, None)

    def release_rate(self, forces: np.ndarray) -> np.ndarray:
        """J (of all symmetric parts) at the front's points from nodal forces (n_vertices, 3), shape (n,)."""
        along = -(1 if self._whole else 2) * np.einsum("ni,ni->n", forces, self._normal)
        moments = (self.functions(self._phi) * self.weight(self._phi)) @ along
        fit = np.linalg.solve(self._gram, moments) @ self.functions(self.phi)
        if not self._whole:
            fit[0] = self._hat(self._phi) @ along / self._vertex_length
        return fit
