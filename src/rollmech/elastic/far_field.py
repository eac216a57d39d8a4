"""The undisturbed web inside the patch: unit far-stress states, as numbers and as forms."""

from __future__ import annotations

import numpy as np

from rollmech.backend import dolfinx, ufl
from rollmech.flaws.bridge import MODE as BRIDGED
from rollmech.flaws.front import Front, TipFront
from rollmech.mesh.patch import BEFORE, COVER, MODES, Patch
from rollmech.web.profile import POINTS

fem = dolfinx.fem

# Kinks that a compiled form holds; every profile fits, shorter ones are padded.
PROFILE_POINTS = POINTS


def unit_stress(patch: Patch, mode: str, points: np.ndarray, ply: np.ndarray) -> np.ndarray:
    """Stress (MPa) of a unit far-stress state in components xx, yy, zz, xy, yz, xz, shape (n, 6).

    Args:
        patch: The patch.
        mode: One of ``patch.modes``.
        points: Places, um, shape (n, 3).
        ply: Ply that each place belongs to, or ``patch.filler``, shape (n,).
    """
    stress = np.zeros((len(points), 6))
    depth = -points[:, 2]
    if patch.fill is not None and np.any(filled := ply == patch.filler):
        stress[~filled] = unit_stress(patch, mode, points[~filled], ply[~filled])
        stress[filled] = _filler_stress(patch, mode, points[filled])
        return stress
    if mode == "misfit" or mode in COVER:
        return stress
    if mode == "profile":
        value = np.where(ply == 0, np.interp(depth, *np.transpose(patch.profile)), 0.0)
        stress[:, :2] = value[:, None]
        return stress
    if mode == "pressure":
        stress[:, :3] = 1.0
        return stress
    if mode.startswith(BRIDGED):
        stress[:, 0] = patch.bridge.hats(patch.front, points)[patch.bridge.modes.index(mode)]
        return stress
    kind, owner = split_mode(mode)
    top = patch.interfaces[owner] - patch.plies[owner].thickness
    zeta = 1 - 2 * (depth - top) / patch.plies[owner].thickness
    column = {"x": 0, "y": 1, "xy": 3}[kind.split("_")[0]]
    stress[:, column] = np.where(ply == owner, zeta if kind.endswith("bending") else 1.0, 0.0)
    return stress


def _filler_stress(patch: Patch, mode: str, points: np.ndarray) -> np.ndarray:
    """Stress of a filler that follows the undisturbed strain of its ply, shape (n, 6)."""
    if mode == "misfit":
        return np.tile([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], (len(points), 1))
    if precedes_filling(mode):
        return np.zeros((len(points), 6))
    far = unit_stress(patch, mode, points, np.zeros(len(points), dtype=int))
    a, b = patch.fill.following(patch.plies[0])
    found = a * far
    found[:, :3] += b * far[:, :3].sum(axis=1, keepdims=True)
    return found


def split_mode(mode: str) -> tuple[str, int]:
    """Kind (one of ``MODES``) and ply of a far-stress state's name."""
    kind, _, ply = mode.removesuffix(" before filling").partition(" with ")[0].partition(" of ply ")
    return kind, int(ply or 0)


def plies_of_mode(mode: str) -> int | None:
    """Number of plies, from the flawed one, that feel a far-stress state; None for all of them."""
    _, staged, count = mode.partition(" with ")
    return int(count.removesuffix(" plies")) if staged else None


def precedes_filling(mode: str) -> bool:
    """Whether a state was there before a flaw was filled: all residual stress of the flawed ply."""
    return mode in BEFORE or mode == "profile"


class FarStress:
    """Far stress of one mode, or of a sum of modes, as a form on a mesh: compiled once for all of them and all patches.

    Args:
        patch: The patch.
        mesh: Its mesh.
        cell_ply: Ply of every cell of this rank, shape (n_cells,).
    """

    def __init__(self, patch: Patch, mesh, cell_ply: np.ndarray):
        self._patch, self._cell_ply = patch, cell_ply
        dim = mesh.topology.dim
        cellwise = fem.functionspace(mesh, ("DG", 0))
        # Factor of each of ``MODES``, of the profile, top and thickness of the ply, whether it is filler, for the
        # cell at hand.
        self._coefficients = [fem.Function(cellwise) for _ in MODES]
        self._profile, self._top, self._thickness, self._filled = (fem.Function(cellwise) for _ in range(4))
        self._filled.x.array[:] = cell_ply == patch.filler
        # A filler's cells come last: there the stress of the flawed ply goes on.
        tops = np.concatenate([[0.0], patch.interfaces[:-1], [0.0]])
        self._top.x.array[:] = tops[cell_ply]
        thicknesses = [ply.thickness for ply in (*patch.plies, patch.plies[0])]
        self._thickness.x.array[:] = np.array(thicknesses)[cell_ply]
        self._start = fem.Constant(mesh, 0.0)
        self._kinks = fem.Constant(mesh, np.zeros((2, PROFILE_POINTS)))
        if patch.profile:
            self._start.value, self._kinks.value[:] = self._profile_terms()
        self._pressure = fem.Constant(mesh, 0.0)
        self._cover = fem.Constant(mesh, np.zeros(3))
        self.tensor = self._tensor(-ufl.SpatialCoordinate(mesh)[dim - 1])
        if patch.bridge is not None:
            # Number of a hat and its values at 0 and at 90 degrees of the front.
            self._hat = fem.Constant(mesh, np.zeros(3))
            self._ellipse = fem.Constant(mesh, np.array([*_ellipse(patch.front), patch.bridge.intervals]))
            self.tensor += self._bridge_tensor(ufl.SpatialCoordinate(mesh))
        # What a filler's stress follows: the far stress, its trace, misfit with the web.
        self._following = fem.Constant(mesh, np.zeros(3))

    def _tensor(self, depth):
        c, kinks = self._coefficients, self._kinks
        zeta = 1 - 2 * (depth - self._top) / self._thickness
        shape = self._start + sum(
            kinks[1, i] * ufl.max_value(depth - kinks[0, i], 0) for i in range(PROFILE_POINTS)
        )
        x, y, xy = (c[i] + c[i + 1] * zeta for i in (0, 2, 4))
        x, y = x + self._profile * shape, y + self._profile * shape
        # What gas does to the faces is what an all-round tension cut by them would.
        return ufl.as_matrix([[x, xy, 0], [xy, y, 0], [0, 0, 0]]) + self._pressure * ufl.Identity(3)

    def _bridge_tensor(self, place):
        """One hat of the bridge (``Bridge.hats``) as tension along x."""
        number, start, end = (self._hat[i] for i in range(3))
        side, height, half_width, depth, intervals = (self._ellipse[i] for i in range(5))
        if len(place) == 2:
            rho, angle = (height - place[1]) / depth, 0.0
        else:
            u, v = (place[1] - side) / half_width, (height - place[2]) / depth
            rho, angle = ufl.sqrt(u * u + v * v), 2 / np.pi * ufl.atan2(v, u)
        root = ufl.sqrt(ufl.max_value(1 - rho, 0))
        radial = ufl.max_value(1 - abs(intervals * root - number), 0)
        value = radial * (start + (end - start) * angle)
        return ufl.as_matrix([[value, 0, 0], [0, 0, 0], [0, 0, 0]])

    @property
    def cover(self):
        """Force of a cover along the flawed face, MPa um."""
        x, y, xy = (self._cover[i] for i in range(3))
        return ufl.as_matrix([[x, xy, 0], [xy, y, 0], [0, 0, 0]])

    @property
    def mismatch(self):
        """Far stress, continued into a filler, less the filler's own stress at the far strain; zero elsewhere."""
        a, b, misfit = (self._following[i] for i in range(3))
        own = a * self.tensor + (b * ufl.tr(self.tensor) + misfit) * ufl.Identity(3)
        return self._filled * (self.tensor - own)

    def choose(self, mode: str) -> None:
        """Let ``tensor`` and ``mismatch`` be of one of the patch's modes."""
        self.combine((np.array(self._patch.modes) == mode).astype(float))
        fill = self._patch.fill
        if fill is not None and not precedes_filling(mode):
            self._following.value[:] = *fill.following(self._patch.plies[0]), mode == "misfit"

    def combine(self, weights: np.ndarray) -> None:
        """Let ``tensor`` be a sum of the patch's modes, in a flaw without a filler.

        Args:
            weights: Factor of each of ``patch.modes``, shape (modes,).
        """
        self._following.value[:] = 0.0
        of = dict(zip(self._patch.modes, weights, strict=True))
        continued = np.where(self._cell_ply == self._patch.filler, 0, self._cell_ply)
        named = [(*split_mode(mode), weight) for mode, weight in of.items()]
        for kind, coefficient in zip(MODES, self._coefficients, strict=True):
            by_ply = np.zeros(len(self._patch.plies))
            for name, ply, weight in named:
                by_ply[ply] += weight * (name == kind)
            coefficient.x.array[:] = by_ply[continued]
        self._profile.x.array[:] = of.get("profile", 0.0) * (continued == 0)
        self._pressure.value = of.get("pressure", 0.0)
        self._cover.value[:] = [of.get(mode, 0.0) for mode in COVER]
        if self._patch.bridge is not None:
            self._choose_hat([of[mode] for mode in self._patch.bridge.modes])

    def _choose_hat(self, weights: list[float]) -> None:
        chosen = np.flatnonzero(weights)
        if len(chosen) > 1:
            raise ValueError("the form holds one hat of a bridge at a time")
        self._hat.value[:] = 0.0
        for i in chosen:
            turn, number = divmod(int(i), self._patch.bridge.intervals + 1)
            ends = (1, 1) if self._patch.bridge.angles == 1 else (1 - turn, turn)
            self._hat.value[:] = number, *(weights[i] * end for end in ends)

    def _profile_terms(self) -> tuple[float, np.ndarray]:
        """The profile as its value at the face and a change of slope at each point."""
        depth, stress = np.transpose(self._patch.profile)
        slopes = np.concatenate([[0.0], np.diff(stress) / np.diff(depth), [0.0]])
        kinks = np.zeros((2, PROFILE_POINTS))
        kinks[:, : len(depth)] = depth, np.diff(slopes)
        return float(stress[0]), kinks


def _ellipse(front: Front) -> tuple[float, float, float, float]:
    """y and z of the centre and both semi-axes of a front across the web; the centre of a plane crack is its mouth."""
    if isinstance(front, TipFront):
        return 0.0, 0.0, 1.0, -front.tip[2]
    return *front.centre[1:], front.half_width, front.depth
