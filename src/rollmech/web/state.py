"""The stress state of an unflawed web, split by cause: the far field that a flaw disturbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:  # the laminate makes states; at run time a state only reads the laminate it was given
    from rollmech.web.laminate import Laminate

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
        face: "bottom" or "top" of that ply.
        direction: "x" or "y".
        height: z above the bottom face of the stack [m].
    """

    stress: float
    ply: int
    name: str
    face: Face
    direction: str
    height: float


@dataclass(frozen=True, eq=False)
class WebState:
    """Uniform state of a web: the contribution of each cause; by linearity they add up.

    Attributes:
        laminate: The stack.
        deformation: Cause to (e_x0, kappa_x, e_y0, kappa_y), shape (4,), about the neutral axis [-, 1/m].
        stress: Cause to stress at (ply, face, direction), faces (bottom, top), directions (x, y),
            shape (n_plies, 2, 2) [Pa]; linear in z between the two faces of a ply.
    """

    laminate: Laminate
    deformation: dict[Cause, np.ndarray]
    stress: dict[Cause, np.ndarray]

    @property
    def total(self) -> np.ndarray:
        """Stress of all causes, shape (n_plies, 2, 2) [Pa]."""
        return sum(self.stress.values())

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
        return np.column_stack([force, moment]).ravel()

    def peak_stress(self, ply: int | None = None) -> PeakStress:
        """Largest in-plane stress of one ply, or of the whole stack when `ply` is None.

        x and y are principal and the stress is linear in z, so the peak sits at a face of a ply.
        """
        plies = range(len(self.laminate.plies)) if ply is None else (ply,)
        total = self.total[list(plies)]
        row, face, direction = np.unravel_index(np.argmax(total), total.shape)
        index = plies[row]
        return PeakStress(
            stress=float(total[row, face, direction]),
            ply=index,
            name=self.laminate.plies[index].name,
            face=FACES[face],
            direction=DIRECTIONS[direction],
            height=float(self.laminate.interfaces[index + face]),
        )

    def ply_modes(self, ply: int, face_up: Face) -> dict[Cause, np.ndarray]:
        """Coefficients of the four far-stress modes of a flawed ply (docs/architecture.md, "The hinge").

        With s_f the stress at the flawed face and s_o at the other face of the ply,
        membrane = (s_f + s_o) / 2 and bending = (s_f - s_o) / 2.

        Args:
            ply: Position from the bottom.
            face_up: The flawed face of that ply.

        Returns:
            Cause to (x_membrane, x_bending, y_membrane, y_bending), shape (4,) [Pa].
        """
        return {cause: _modes(stress[ply], face_up) for cause, stress in self.stress.items()}


def _modes(stress: np.ndarray, face_up: Face) -> np.ndarray:
    """Mode coefficients, shape (4,), of one ply's stress at (face, direction), shape (2, 2)."""
    if face_up not in FACES:
        raise ValueError(f"face must be 'bottom' or 'top', got {face_up!r}")
    flawed = FACES.index(face_up)
    membrane = (stress[flawed] + stress[1 - flawed]) / 2
    bending = (stress[flawed] - stress[1 - flawed]) / 2
    return np.column_stack([membrane, bending]).ravel()
