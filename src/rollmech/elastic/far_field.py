"""The undisturbed web inside the patch: unit far-stress states, as numbers and as forms."""

from __future__ import annotations

import numpy as np

from rollmech.backend import dolfinx, ufl
from rollmech.mesh.patch import MODES, Patch
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
        ply: Ply that each place belongs to, shape (n,).
    """
    stress = np.zeros((len(points), 6))
    depth = -points[:, 2]
    if mode == "profile":
        value = np.where(ply == 0, np.interp(depth, *np.transpose(patch.profile)), 0.0)
        stress[:, :2] = value[:, None]
        return stress
    if mode == "pressure":
        stress[:, :3] = 1.0
        return stress
    kind, owner = split_mode(mode)
    top = patch.interfaces[owner] - patch.plies[owner].thickness
    zeta = 1 - 2 * (depth - top) / patch.plies[owner].thickness
    column = {"x": 0, "y": 1, "xy": 3}[kind.split("_")[0]]
    stress[:, column] = np.where(ply == owner, zeta if kind.endswith("bending") else 1.0, 0.0)
    return stress


def split_mode(mode: str) -> tuple[str, int]:
    """Kind (one of ``MODES``) and ply of a far-stress state's name."""
    kind, _, ply = mode.partition(" of ply ")
    return kind, int(ply or 0)


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
        # Factor of each of ``MODES``, of the profile, top and thickness of the ply, for the cell at hand.
        self._coefficients = [fem.Function(cellwise) for _ in MODES]
        self._profile, self._top, self._thickness = (fem.Function(cellwise) for _ in range(3))
        tops = np.concatenate([[0.0], patch.interfaces[:-1]])
        self._top.x.array[:] = tops[cell_ply]
        self._thickness.x.array[:] = np.array([ply.thickness for ply in patch.plies])[cell_ply]
        self._start = fem.Constant(mesh, 0.0)
        self._kinks = fem.Constant(mesh, np.zeros((2, PROFILE_POINTS)))
        if patch.profile:
            self._start.value, self._kinks.value[:] = self._profile_terms()
        self._pressure = fem.Constant(mesh, 0.0)
        self.tensor = self._tensor(-ufl.SpatialCoordinate(mesh)[dim - 1])

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

    def choose(self, mode: str) -> None:
        """Let ``tensor`` be the stress of one of the patch's modes."""
        self.combine((np.array(self._patch.modes) == mode).astype(float))

    def combine(self, weights: np.ndarray) -> None:
        """Let ``tensor`` be a sum of the patch's modes.

        Args:
            weights: Factor of each of ``patch.modes``, shape (modes,).
        """
        of = dict(zip(self._patch.modes, weights, strict=True))
        named = [(*split_mode(mode), weight) for mode, weight in of.items()]
        for kind, coefficient in zip(MODES, self._coefficients, strict=True):
            by_ply = np.zeros(len(self._patch.plies))
            for name, ply, weight in named:
                by_ply[ply] += weight * (name == kind)
            coefficient.x.array[:] = by_ply[self._cell_ply]
        self._profile.x.array[:] = of.get("profile", 0.0) * (self._cell_ply == 0)
        self._pressure.value = of.get("pressure", 0.0)

    def _profile_terms(self) -> tuple[float, np.ndarray]:
        """The profile as its value at the face and a change of slope at each point."""
        depth, stress = np.transpose(self._patch.profile)
        slopes = np.concatenate([[0.0], np.diff(stress) / np.diff(depth), [0.0]])
        kinks = np.zeros((2, PROFILE_POINTS))
        kinks[:, : len(depth)] = depth, np.diff(slopes)
        return float(stress[0]), kinks
