"""K_I of every mode along the front of a mode I crack, with its path spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import legval

from rollmech.backend import MPI
from rollmech.elastic.problem import PatchProblem
from rollmech.errors import NumericsError
from rollmech.flaws.front import EllipticFront, TipFront
from rollmech.fracture.domain_integral import ConfigurationalForces, smooth_ramp
from rollmech.fracture.regression import opening_k

# Outer radii of the domains over the front's local size; K is reported for the middle one.
RINGS = (0.4, 0.5, 0.6)
# At the free surface the square-root singularity gives way to a vertex singularity: no K is claimed within
# this angle, only a mean over it.
VERTEX_ANGLE = np.radians(7.5)
_SURFACE_ZONE = np.radians(30)
_STEP = np.radians(3.75)
_TERMS = 5
# Harmonics around a circular front that meets no face; slender ellipses need more of them.
_ORDERS = 7


@dataclass(frozen=True)
class FrontK:
    """K along a front for unit modes (patch units: MPa um^0.5 per MPa).

    Attributes:
        phi: Parametric angle, radians, shape (n,); pi/2 for the tip of a plane crack.
        position: Points, um, shape (n, 3).
        vertex: Marks points that only carry the mean over the zone at the free surface, shape (n,).
        k_unit: K_I, K_II, K_III per unit mode, shape (3, modes, n), modes in the order of ``patch.modes``;
            None for a channel crack, whose root on an interface has none.
        path_spread: Largest difference of K_I between rings over its value for the ring in the middle, of the
            first mode and of the last (a residual profile, where there is one), shape (n,).
        k_opening: K by regression of the faces' opening, shape (3, modes, n): the second route; None on
            an interface, where J is it.
        near_surface: 1 at a free surface, falling to 0 at 30 degrees from it, shape (n,); 0 for a plane crack.
        j_unit: J of every pair of unit modes, J/m^2, shape (modes, modes, n), where all three K were extracted: the
            second route to the energy release rate.
        t_unit: T-stress per unit mode, MPa, shape (modes,); plane cracks only.
        t_front: T-stress along the front, MPa, shape (modes, n); fronts that meet no face only.
    """

    phi: np.ndarray
    position: np.ndarray
    vertex: np.ndarray
    k_unit: np.ndarray | None
    path_spread: np.ndarray
    k_opening: np.ndarray | None
    near_surface: np.ndarray
    j_unit: np.ndarray | None = None
    t_unit: np.ndarray | None = None
    t_front: np.ndarray | None = None


def front_k(problem: PatchProblem, solutions: Sequence) -> FrontK:
    """Extract K_I along the front of a cracked patch in pure mode I.

    Raises:
        NumericsError: The rings hold too few elements, or uniform tension does not open the front.
    """
    basis = front_basis(problem, vertex_means=True)
    k = _ring_k(problem, solutions, basis)
    modes = problem.patch.modes
    k_unit = np.zeros((3, len(modes), basis.phi.size))
    middle = k[len(RINGS) // 2]
    k_unit[0, [modes.index(mode) for mode in opening_modes(problem)]] = middle
    spread = np.ptp(k[:, 0], axis=0) / middle[0]
    if problem.patch.profile:
        spread = np.maximum(spread, profile_spread(k, opening_modes(problem).index("profile")))
    opening_fit = opening_k(problem, solutions, basis)
    return FrontK(basis.phi, basis.position, basis.vertex, k_unit, spread, opening_fit, basis.near_surface)


def _ring_k(problem: PatchProblem, solutions: Sequence, basis) -> np.ndarray:
    """K_I of every ring, opening mode and point, shape (rings, modes, n)."""
    ply = problem.patch.plies[problem.patch.cut - 1]
    modulus = ply.youngs_modulus / (1 - ply.poisson_ratio**2)
    cells = ring_cells(problem, basis.relative_radius)
    owned = basis.relative_radius[: problem.owned_vertices]
    found: dict[str, list] = {}
    for stage in problem.stages():
        opening = [mode for mode in opening_modes(problem) if mode in stage]
        # Uniform tension, the auxiliary field, goes first.
        opening.sort(key=lambda mode: not mode.startswith("x_membrane"))
        forces = _pair_forces(problem, solutions, opening, cells)
        rings = []
        for ring in RINGS:
            ramp = smooth_ramp(owned / ring)
            energies = [basis.release_rate(force * ramp[:, None]) for force in forces]
            rings.append(_stress_intensity(energies, modulus))
        found |= dict(zip(opening, np.moveaxis(rings, 1, 0), strict=True))
    return np.array([found[mode] for mode in opening_modes(problem)]).swapaxes(0, 1)


def profile_spread(k: np.ndarray, profile: int) -> np.ndarray:
    """Largest difference of K_I between rings under the residual profile over its largest K, shape (n,).

    Args:
        k: K_I of all rings, modes and points, shape (rings, modes, n).
        profile: Position of the profile among the modes.
    """
    middle = k[len(RINGS) // 2]
    size = np.abs(middle[profile]).max()
    # Else all but rounding acts beyond the tip.
    loads = size > 1e-6 * np.abs(middle[0]).max()
    return np.ptp(k[:, profile], axis=0) / size if loads else np.zeros(k.shape[-1])


def opening_modes(problem: PatchProblem) -> list[str]:
    """The problem's modes that can open a crack; shear in the face's plane cannot where x = 0 is a mirror."""
    return [mode for mode in problem.modes if not mode.startswith("xy")]


def front_basis(problem: PatchProblem, vertex_means: bool):
    """The front's points and virtual extensions on this mesh."""
    front, copies = problem.patch.front, problem.copies
    if isinstance(front, TipFront):
        return _TipBasis(front, problem.vertices, problem.owned_vertices, copies)
    return ArcBasis(front, problem.vertices, problem.owned_vertices, copies, vertex_means)


def _stress_intensity(energies: Sequence[np.ndarray], modulus: float) -> np.ndarray:
    """K of all modes from J of the opening mode with itself and with each other, shape (modes, n)."""
    if np.any(energies[0] <= 0):
        raise NumericsError("uniform tension does not open the whole front: K cannot be separated by mode")
    opening = np.sqrt(modulus * energies[0])
    return np.array([modulus * energy / opening for energy in energies])


def _pair_forces(
    problem: PatchProblem, solutions: Sequence, opening: Sequence[str], cells: np.ndarray
) -> list:
    """Nodal forces of the first mode with every mode that can open the crack."""
    forces = ConfigurationalForces(problem, solutions, cells)
    first = problem.modes.index(opening[0])
    return [forces.pair(first, problem.modes.index(mode)) for mode in opening]


def ring_cells(problem: PatchProblem, relative_radius: np.ndarray) -> np.ndarray:
    """Cells of this rank that the largest ring touches, given r/R at the mesh vertices.

    Raises:
        NumericsError: The rings reach into another ply or hold too few elements.
    """
    corners = problem.coarse_space.dofmap.list
    inside = relative_radius[corners] < max(RINGS)
    cells = np.flatnonzero(inside.any(axis=1)).astype(np.int32)
    # Where a front ends on a filler the extension slides along its face and dies out: no energy is released there.
    own = (*problem.patch.front_plies, problem.patch.filler)
    foreign = not np.all(np.isin(problem.patch_mesh.ply[cells], own))
    if problem.mesh.comm.allreduce(bool(foreign), op=MPI.LOR):
        raise NumericsError("a domain around the front reaches into another ply")
    few = np.count_nonzero(relative_radius[: problem.owned_vertices] < min(RINGS))
    if problem.mesh.comm.allreduce(int(few)) < 3 * len(RINGS):
        raise NumericsError("the domains around the front hold too few elements for an integral")
    return cells


class _TipBasis:
    """A plane crack's tip: one point, one virtual extension.

    Args:
        front: The tip.
        vertices: Mesh vertices, um, shape (n, 3).
        owned: Number of leading vertices that belong to this rank.
        copies: How many times the mesh makes up the tip's surroundings.
    """

    def __init__(self, front: TipFront, vertices: np.ndarray, owned: int, copies: int):
        self._ahead, self._copies = np.array(front.ahead), copies
        self.phi = np.array([np.pi / 2])
        self.position = front.point(self.phi)
        self.vertex = np.array([False])
        self.near_surface = np.zeros(1)
        self.relative_radius = front.project(vertices)[0] / front.size

    def functions(self, phi: np.ndarray) -> np.ndarray:
        """The constant, shape (1, n)."""
        return np.ones((1, len(phi)))

    def weight(self, phi: np.ndarray) -> np.ndarray:
        """1 everywhere, shape (n,)."""
        return np.ones(len(phi))

    def release_rate(self, forces: np.ndarray, odd: bool = False) -> np.ndarray:
        """J from nodal forces (n_owned, 3), shape (1,); a tip has no mirror for ``odd`` to speak of."""
        local = -self._copies * (forces @ self._ahead).sum()
        return np.array([MPI.COMM_WORLD.allreduce(local)])


class ArcBasis:
    """An elliptic front: virtual extensions that are smooth functions of the angle times the front's normal.

    Between free ends Legendre polynomials over the modelled part, only even ones where a mirror completes it; cosines
    between two mirrors, cosines and sines on a closed front. The zones at free ends are weighted out smoothly; the mean
    over such a zone is kept apart as a vertex point where asked for.

    Args:
        front: The front.
        vertices: Mesh vertices, um, shape (n, 3).
        owned: Number of leading vertices that belong to this rank.
        copies: How many times the mesh makes up the front's surroundings.
        vertex_means: Whether to keep the mean over the zone at each free end. Auxiliary fields leave tractions on
            the flawed face, so that interaction integrals have none.
    """

    def __init__(
        self, front: EllipticFront, vertices: np.ndarray, owned: int, copies: int, vertex_means: bool
    ):
        self._front, self._copies = front, copies
        self._power = 1.0 if vertex_means else 0.5
        slenderness = max(front.half_width / front.depth, front.depth / front.half_width)
        self._orders = int(np.ceil(_ORDERS * np.sqrt(slenderness)))
        distance, phi = front.project(vertices)
        self.relative_radius = distance / front.local_size(phi)
        self._normal, self._phi = front.normal(phi[:owned]), phi[:owned]
        self._weight = self.weight(front.sheltered(vertices[:owned], phi[:owned]))
        zones = [VERTEX_ANGLE if end == "free" else 0.0 for end in front.ends]
        first, last = front.phi_min + zones[0], front.phi_max - zones[1]
        inner = np.linspace(first, last, int(np.ceil((last - first) / _STEP - 1e-9)) + 1)
        if "closed" in front.ends:
            inner = inner[:-1]
        ends = [front.phi_min], [front.phi_max]
        kept = [end if vertex_means and zone else [] for end, zone in zip(ends, zones, strict=True)]
        self.phi = np.concatenate([kept[0], inner, kept[1]])
        self.position = front.point(self.phi)
        self.vertex = (self.phi < first - 1e-9) | (self.phi > last + 1e-9)
        distances = [
            np.abs(self.phi - angle) if end == "free" else np.full_like(self.phi, np.inf)
            for angle, end in zip((front.phi_min, front.phi_max), front.ends, strict=True)
        ]
        self.near_surface = np.clip(1 - np.minimum(*distances) / _SURFACE_ZONE, 0, 1)
        line = np.linspace(front.phi_min, front.phi_max, 8001)
        speed = front.speed(line)
        self._gram = [
            np.trapezoid(self.weight(line) * speed * f[:, None] * f, line)
            for f in (self.functions(line, odd) for odd in (False, True))
        ]
        self._vertex_length = [
            np.trapezoid(self._hat(line, phi) * speed, line) for phi in self.phi[self.vertex]
        ]

    def functions(self, phi: np.ndarray, odd: bool = False) -> np.ndarray:
        """Smooth functions of the angle that K and the virtual extensions are made of, shape (terms, n).

        Args:
            phi: Angles, radians, shape (n,).
            odd: For quantities that change sign in a mirror (K_III under a symmetric load).
        """
        front = self._front
        part = (phi - front.phi_min) / (front.phi_max - front.phi_min)
        if "mirror" in front.ends and "free" not in front.ends:
            buried = front.phi_max - front.phi_min > 3  # half an ellipse, not a quarter
            wave = np.pi * np.arange(self._orders if buried else _TERMS)[:, None] * part
            found = np.sin(wave + np.pi * part) if odd else np.cos(wave)
            return found * self._shape(phi) if buried else found
        if "closed" in front.ends:
            turns = np.arange(self._orders)[:, None] * phi
            pairs = np.stack([np.sin(turns), np.cos(turns)], axis=1).reshape(-1, len(phi))
            return pairs[1:] * self._shape(phi)
        if front.ends == ("free", "mirror"):
            relative, orders = 1 - part, range(int(odd), 2 * _TERMS, 2)
        else:
            relative, orders = 1 - 2 * part, range(2 * _TERMS - 1)
        return np.array([legval(relative, np.eye(2 * _TERMS)[i]) for i in orders])

    def _shape(self, phi: np.ndarray) -> np.ndarray:
        """What J, or K, of an ellipse deep inside a body under tension varies like (Irwin 1962), shape (n,)."""
        longest = max(self._front.half_width, self._front.depth)
        return (self._front.speed(phi) / longest) ** self._power

    def weight(self, phi: np.ndarray) -> np.ndarray:
        """1 inside, falling smoothly to 0 at a free end, shape (n,)."""
        front = self._front
        distances = (phi - front.phi_min, front.phi_max - phi)
        s = np.ones_like(phi)
        for end, distance in zip(front.ends, distances, strict=True):
            if end == "free":
                s = np.minimum(s, np.clip(distance / VERTEX_ANGLE, 0, 1))
        return s * s * (3 - 2 * s)

    def _hat(self, phi: np.ndarray, end: float) -> np.ndarray:
        return np.clip(1 - np.abs(phi - end) / VERTEX_ANGLE, 0, None)

    def release_rate(self, forces: np.ndarray, odd: bool = False) -> np.ndarray:
        """J at the front's points from nodal forces (n_owned, 3), shape (n,); ``odd`` as in ``functions``."""
        along = -self._copies * np.einsum("ni,ni->n", forces, self._normal)
        hats = [self._hat(self._phi, phi) @ along for phi in self.phi[self.vertex]]
        moments = (self.functions(self._phi, odd) * self._weight) @ along
        total = MPI.COMM_WORLD.allreduce(np.concatenate([moments, hats]))
        fit = np.linalg.solve(self._gram[odd], total[: len(moments)]) @ self.functions(self.phi, odd)
        fit[self.vertex] = total[len(moments) :] / self._vertex_length
        return fit
