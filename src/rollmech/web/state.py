"""The stress state of an unflawed web, split by cause: the far field that a flaw disturbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:  # the laminate makes states; at run time a state only reads the laminate it was given
    from rollmech.web.laminate import Laminate
    from rollmech.web.profile import StressProfile

Cause = Literal["tension", "bending", "thermal", "residual"]
Face = Literal["bottom", "top"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
FACES: tuple[Face, ...] = get_args(Face)
DIRECTIONS = ("x", "y")


@dataclass(frozen=True)
class PeakStress:
    """The largest (most tensile) in-plane stress and where it is.

    Attributes:
        stress: [Pa].
        ply: Position of the ply from the bottom.
        name: Of the ply.
        face: "bottom" or "top" of that ply, or the nearer one of a peak inside it.
        depth: Below that face [m]; 0 unless a residual profile puts the peak inside.
        direction: "x" or "y".
        height: z above the bottom face of the stack [m].
    """

    stress: float
    ply: int
    name: str
    face: Face
    direction: str
    height: float
    depth: float = 0.0

    @property
    def place(self) -> str:
        """Where it is, in words."""
        inside = f"{self.depth * 1e6:.3g} um below the " if self.depth else ""
        return f"{inside}{self.face} face of {self.name}"


@dataclass(frozen=True, eq=False)
class WebState:
    """Uniform state of a web: the contribution of each cause; by linearity they add up.

    Attributes:
        laminate: The stack.
        deformation: Cause to (e_x0, kappa_x, e_y0, kappa_y), shape (4,), about the neutral axis [-, 1/m].
        stress: Cause to stress at (ply, face, direction), faces (bottom, top), directions (x, y),
            shape (n_plies, 2, 2) [Pa]; linear in z between the two faces of a ply. Residual profiles of plies come
            on top, as part of cause `residual`.
        profiles: Factor of these profiles: 1, or 0 where only given stresses act.
        temperature_change: From the stress-free temperature [K].
        earlier: States in which layers at hand were bonded to the web, in the order of the line (`web.assembly`).
    """

    laminate: Laminate
    deformation: dict[Cause, np.ndarray]
    stress: dict[Cause, np.ndarray]
    profiles: float = 0.0
    temperature_change: float = 0.0
    earlier: tuple[WebState, ...] = ()

    @property
    def total(self) -> np.ndarray:
        """Stress of all causes without residual profiles, shape (n_plies, 2, 2) [Pa]."""
        return sum(self.stress.values())

    def through(self, ply: int, cause: Cause | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Stress through one ply with its residual profile: a polyline that is exact.

        Args:
            ply: Position from the bottom.
            cause: One cause, or None for all.

        Returns:
            Heights above the bottom face of the stack, shape (n,) [m], and stress, shape (n, 2; x, y) [Pa].
        """
        thickness, profile = self.laminate.thicknesses[ply], self._profile(ply)
        height = np.array([0.0, thickness] if profile is None else profile.height)
        low, high = (self.total if cause is None else self.stress[cause])[ply]
        stress = low + (height / thickness)[:, None] * (high - low)
        if profile is not None and cause in (None, "residual"):
            stress = stress + self.profiles * np.array(profile.stress)[:, None]
        return self.laminate.interfaces[ply] + height, stress

    def stress_at(self, ply: int, height: np.ndarray | float, cause: Cause | None = None) -> np.ndarray:
        """Stress (x, y) of one ply at heights above the bottom face of the stack, shape (..., 2) [Pa]."""
        heights, stress = self.through(ply, cause)
        return np.stack([np.interp(height, heights, stress[:, i]) for i in range(2)], axis=-1)

    def face_stress(self, ply: int, face: Face) -> np.ndarray:
        """Stress (x, y) of all causes at a face of one ply, profile included, shape (2,) [Pa]."""
        return self.through(ply)[1][{"bottom": 0, "top": -1}[face]]

    def _profile(self, ply: int) -> StressProfile | None:
        return self.laminate.plies[ply].profile if self.profiles else None

    @property
    def total_deformation(self) -> np.ndarray:
        """(e_x0, kappa_x, e_y0, kappa_y) of all causes, shape (4,)."""
        return sum(self.deformation.values())

    @property
    def strain_x(self) -> float:
        """Total machine-direction strain at the neutral axis, thermal expansion included [-]."""
        return float(self.total_deformation[0])

    @property
    def curvature_x(self) -> float:
        """Total machine-direction curvature [1/m]; positive stretches the top face."""
        return float(self.total_deformation[1])

    @property
    def strain_y(self) -> float:
        """Total cross-direction strain at the neutral axis [-]."""
        return float(self.total_deformation[2])

    @property
    def curvature_y(self) -> float:
        """Total cross-direction curvature [1/m]."""
        return float(self.total_deformation[3])

    def strain_at(self, height: float) -> np.ndarray:
        """Total (eps_x, eps_y), shape (2,), at z = height above the bottom face [m]."""
        deformation = self.total_deformation
        return deformation[0::2] + deformation[1::2] * (height - self.laminate.neutral_axis)

    def resultants(self, cause: Cause | None = None) -> np.ndarray:
        """(N_x, M_x, N_y, M_y), shape (4,) [N/m, N]: the stress integrated over z, about the neutral axis.

        Args:
            cause: One cause, or None for all.
        """
        stress = self.total if cause is None else self.stress[cause]
        t = self.laminate.thicknesses[:, None]
        arm = (self.laminate.interfaces[:-1] + self.laminate.interfaces[1:])[:, None] / 2
        mean, slope = stress.mean(axis=1), (stress[:, 1] - stress[:, 0]) / t
        force = (mean * t).sum(axis=0)
        moment = (mean * t * (arm - self.laminate.neutral_axis) + slope * t**3 / 12).sum(axis=0)
        profiles = self.profiles * self.laminate.profile_resultants if cause in (None, "residual") else 0.0
        return np.column_stack([force, moment]).ravel() + profiles

    def peak_stress(self, ply: int | None = None) -> PeakStress:
        """Largest in-plane stress of one ply, or of the whole stack when `ply` is None.

        x and y are principal and the stress is linear in z, so the peak sits at a face of a ply or at a kink of a
        residual profile.
        """
        plies = range(len(self.laminate.plies)) if ply is None else (ply,)
        return max((self._ply_peak(i) for i in plies), key=lambda peak: peak.stress)

    def _ply_peak(self, ply: int) -> PeakStress:
        heights, stress = self.through(ply)
        at, direction = np.unravel_index(np.argmax(stress), stress.shape)
        below, above = heights[at] - heights[0], heights[-1] - heights[at]
        return PeakStress(
            stress=float(stress[at, direction]),
            ply=ply,
            name=self.laminate.plies[ply].name,
            face="bottom" if below <= above else "top",
            direction=DIRECTIONS[direction],
            height=float(heights[at]),
            depth=float(min(below, above)),
        )

    def ply_modes(self, ply: int, face_up: Face) -> dict[Cause, np.ndarray]:
        """Coefficients of the four far-stress modes of a flawed ply (docs/architecture.md, "The hinge").

        With s_f the stress at the flawed face and s_o at the other face of the ply,
        membrane = (s_f + s_o) / 2 and bending = (s_f - s_o) / 2.

        Args:
            ply: Position from the bottom.
            face_up: The flawed face of that ply.

        Returns:
            Cause to (x_membrane, x_bending, y_membrane, y_bending), shape (4,) [Pa]; of a ply with a residual
            profile also that of the profile (its ``scale``), shape (5,).
        """
        modes = {cause: _modes(stress[ply], face_up) for cause, stress in self.stress.items()}
        profile = self.laminate.plies[ply].profile
        if profile is None:
            return modes
        size = self.profiles * profile.scale
        return {
            cause: np.append(values, size if cause == "residual" else 0.0) for cause, values in modes.items()
        }


def _modes(stress: np.ndarray, face_up: Face) -> np.ndarray:
    """Mode coefficients, shape (4,), of one ply's stress at (face, direction), shape (2, 2)."""
    if face_up not in FACES:
        raise ValueError(f"face must be 'bottom' or 'top', got {face_up!r}")
    flawed = FACES.index(face_up)
    membrane = (stress[flawed] + stress[1 - flawed]) / 2
    bending = (stress[flawed] - stress[1 - flawed]) / 2
    return np.column_stack([membrane, bending]).ravel()
