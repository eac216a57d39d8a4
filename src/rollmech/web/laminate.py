"""Laminate theory of a web of isotropic plies: biaxial, exact for differing Poisson's ratios.

Axes: x machine direction, y cross direction, z up from the bottom face of the stack. Every ply is
isotropic, thin and bonded; sigma_z = 0. Strains are those of Kirchhoff,

    eps_x = e_x0 + kappa_x (z - z_n),   eps_y = e_y0 + kappa_y (z - z_n),

with z_n the neutral axis of cylindrical bending as the reference plane; positive curvature stretches the
top face. No shear: x and y are principal. Generalised vectors are ordered

    deformation (e_x0, kappa_x, e_y0, kappa_y)   [-, 1/m, -, 1/m]
    resultants  (N_x,  M_x,     N_y,  M_y)       [N/m, N, N/m, N], moments about z_n.

Source: classical lamination theory, e.g. R. M. Jones, Mechanics of Composite Materials, 2nd ed., ch. 4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from rollmech.web.profile import BALANCE, StressProfile
from rollmech.web.state import CAUSES, Cause, WebState

BALANCE_TOLERANCE = 1e-6  # of sum |sigma| t: stated residual stresses come with a few printed digits


@dataclass(frozen=True)
class Ply:
    """One isotropic ply of the stack.

    Attributes:
        name: What the user calls it.
        thickness: [m].
        youngs_modulus: [Pa].
        poisson_ratio: In (-1, 0.5]; 0.5 is fine because sigma_z = 0.
        cte: Coefficient of thermal expansion [1/K].
        residual_stress: Equibiaxial stress [Pa] in the flat, unloaded web at the stress-free temperature;
            None: not stated, the ply takes its share of whatever balances the others.
        profile: Residual stress that varies over the ply's thickness, on top of that; its own "flat" profile counts as
            a statement of both.

    Raises:
        ValueError: a property outside its physical range, or a profile of another thickness.
    """

    name: str
    thickness: float
    youngs_modulus: float
    poisson_ratio: float
    cte: float = 0.0
    residual_stress: float | None = None
    profile: StressProfile | None = None

    def __post_init__(self) -> None:
        for label, value in (("thickness", self.thickness), ("Young's modulus", self.youngs_modulus)):
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"ply {self.name!r}: {label} must be positive, got {value}")
        if not -1 < self.poisson_ratio <= 0.5:
            raise ValueError(
                f"ply {self.name!r}: Poisson's ratio must be in (-1, 0.5], got {self.poisson_ratio}"
            )
        if not math.isfinite(self.cte):
            raise ValueError(f"ply {self.name!r}: thermal expansion must be finite, got {self.cte}")
        if self.residual_stress is not None and not math.isfinite(self.residual_stress):
            raise ValueError(f"ply {self.name!r}: residual stress must be finite, got {self.residual_stress}")
        if self.profile and not math.isclose(self.profile.height[-1], self.thickness):
            raise ValueError(f"ply {self.name!r}: the residual profile must end at the ply's other face")

    @property
    def stated_force(self) -> float | None:
        """Residual force in the flat, unloaded web [N/m]; None where the ply balances the others."""
        flat = self.profile is not None and self.profile.held == "flat"
        if self.residual_stress is None and not flat:
            return None
        return (self.residual_stress or 0.0) * self.thickness + (self.profile.force if flat else 0.0)

    @property
    def turned_over(self) -> Ply:
        """The same ply with its profile upside down."""
        return replace(self, profile=self.profile.turned_over) if self.profile else self

    @property
    def plane_strain_modulus(self) -> float:
        """E / (1 - nu^2) [Pa]: stress per strain when the cross strain is held."""
        return self.youngs_modulus / (1 - self.poisson_ratio**2)

    @property
    def biaxial_modulus(self) -> float:
        """E / (1 - nu) [Pa]: stress per equibiaxial strain."""
        return self.youngs_modulus / (1 - self.poisson_ratio)

    @property
    def plane_stress_stiffness(self) -> np.ndarray:
        """Q, shape (2, 2) [Pa]: (sigma_x, sigma_y) = Q (eps_x, eps_y) with sigma_z = 0."""
        nu = self.poisson_ratio
        return self.plane_strain_modulus * np.array([[1.0, nu], [nu, 1.0]])


@dataclass(frozen=True)
class Load:
    """A prescribed resultant: N [N/m] or M [N], its partner deformation follows."""

    value: float


@dataclass(frozen=True)
class Deformation:
    """A prescribed strain [-] or curvature [1/m] of the reference plane, its partner resultant follows."""

    value: float


Condition = Load | Deformation


@dataclass(frozen=True)
class Laminate:
    """A stack of bonded plies, bottom to top.

    Raises:
        ValueError: no ply; or every ply states a residual stress and they do not balance (sum sigma t = 0
            to 1e-6 of sum |sigma| t), which for a single ply leaves only zero.
    """

    plies: tuple[Ply, ...]

    def __init__(self, plies: Sequence[Ply]) -> None:
        object.__setattr__(self, "plies", tuple(plies))
        if not self.plies:
            raise ValueError("a laminate needs at least one ply")
        self._refuse_unbalanced_residual_stress()

    def _refuse_unbalanced_residual_stress(self) -> None:
        forces = [ply.stated_force for ply in self.plies]
        if None in forces:
            return
        flat = [ply.profile.size for ply in self.plies if ply.profile and ply.profile.held == "flat"]
        # Above the case's own check by a hair: that one names the layer.
        room = BALANCE_TOLERANCE * sum(map(abs, forces)) + 1.01 * BALANCE * sum(flat)
        if abs(sum(forces)) > room:
            raise ValueError(
                "every ply states a residual stress but they do not balance: sum of stress x thickness is "
                f"{sum(forces):.6g} N/m, must be 0; leave one ply's out to let it balance"
            )

    # --- geometry -------------------------------------------------------------------------------------

    @cached_property
    def thicknesses(self) -> np.ndarray:
        """Ply thicknesses, shape (n_plies,) [m]."""
        return np.array([ply.thickness for ply in self.plies])

    @cached_property
    def interfaces(self) -> np.ndarray:
        """Heights of all faces, bottom of the stack (0) to its top, shape (n_plies + 1,) [m]."""
        return np.concatenate([[0.0], np.cumsum(self.thicknesses)])

    @property
    def thickness(self) -> float:
        """Total thickness [m]."""
        return float(self.interfaces[-1])

    @cached_property
    def _ply_arms(self) -> np.ndarray:
        """Mid-heights of the plies above the neutral axis, shape (n_plies,) [m]."""
        return (self.interfaces[:-1] + self.interfaces[1:]) / 2 - self.neutral_axis

    @cached_property
    def _face_arms(self) -> np.ndarray:
        """Heights of the bottom and top face of each ply above the neutral axis, shape (n_plies, 2) [m]."""
        return np.column_stack([self.interfaces[:-1], self.interfaces[1:]]) - self.neutral_axis

    def index(self, name: str) -> int:
        """Position from the bottom of the ply called `name` (the lowest, if several); KeyError if none."""
        for i, ply in enumerate(self.plies):
            if ply.name == name:
                return i
        raise KeyError(f"no ply {name!r}; the stack has {', '.join(ply.name for ply in self.plies)}")

    def flipped(self) -> Laminate:
        """The same stack turned over: its top face down. Curvatures change sign with it."""
        return Laminate([ply.turned_over for ply in self.plies[::-1]])

    # --- stiffness ------------------------------------------------------------------------------------

    @cached_property
    def neutral_axis(self) -> float:
        """Height z_n [m] of zero strain in cylindrical bending: mid-heights weighted by E/(1-nu^2) t.

        Exact when all plies share one Poisson's ratio; otherwise it is the reference plane
        and the neutral plane to second order in the differences of nu.
        """
        weights = self._plane_strain_moduli * self.thicknesses
        middles = (self.interfaces[:-1] + self.interfaces[1:]) / 2
        return float(weights @ middles / weights.sum())

    @cached_property
    def bending_stiffness(self) -> float:
        """D [N m]: moment per width and curvature in cylindrical bending about the neutral axis.

        D = sum E/(1-nu^2) (t^3/12 + t arm^2), with the cross strain held in every ply.
        """
        second_moments = self.thicknesses**3 / 12 + self.thicknesses * self._ply_arms**2
        return float(self._plane_strain_moduli @ second_moments)

    @cached_property
    def _plane_strain_moduli(self) -> np.ndarray:
        return np.array([ply.plane_strain_modulus for ply in self.plies])

    @cached_property
    def stiffness(self) -> np.ndarray:
        """Resultants per deformation about the neutral axis, shape (4, 4), in the order of the module."""
        total = np.zeros((4, 4))
        for ply, arm in zip(self.plies, self._ply_arms, strict=True):
            t = ply.thickness
            moments = np.array([[t, t * arm], [t * arm, t * arm**2 + t**3 / 12]])
            total += np.kron(ply.plane_stress_stiffness, moments)
        return total

    @property
    def membrane_stiffness(self) -> np.ndarray:
        """A, shape (2, 2) [N/m]: (N_x, N_y) per (e_x0, e_y0)."""
        return self.stiffness[0::2, 0::2]

    @property
    def coupling_stiffness(self) -> np.ndarray:
        """B, shape (2, 2) [N]: (N_x, N_y) per (kappa_x, kappa_y); zero if all plies share one nu."""
        return self.stiffness[0::2, 1::2]

    @property
    def bending_stiffness_matrix(self) -> np.ndarray:
        """D, shape (2, 2) [N m]: (M_x, M_y) per (kappa_x, kappa_y)."""
        return self.stiffness[1::2, 1::2]

    # --- stresses locked in at zero deformation -------------------------------------------------------

    def thermal_stress(self, temperature_change: float) -> np.ndarray:
        """Equibiaxial stress of each ply held at zero strain, -E/(1-nu) cte dT, shape (n_plies,) [Pa]."""
        return np.array([-ply.biaxial_modulus * ply.cte * temperature_change for ply in self.plies])

    @cached_property
    def residual_stress(self) -> np.ndarray:
        """Equibiaxial residual stress of each ply in the flat, unloaded web, shape (n_plies,) [Pa].

        Plies that state none carry the balancing force by one uniform equibiaxial strain. Profiles come on top.
        """
        forces = [ply.stated_force for ply in self.plies]
        stiffness = sum(ply.biaxial_modulus * ply.thickness for ply in self.plies if ply.stated_force is None)
        strain = -sum(f for f in forces if f is not None) / stiffness if stiffness else 0.0
        return np.array(
            [
                ply.biaxial_modulus * strain if ply.stated_force is None else ply.residual_stress or 0.0
                for ply in self.plies
            ]
        )

    @cached_property
    def profile_resultants(self) -> np.ndarray:
        """Resultants, shape (4,), of all profiles as they were given."""
        profiles = [
            (ply.profile, arm) for ply, arm in zip(self.plies, self._ply_arms, strict=True) if ply.profile
        ]
        force = sum(profile.force for profile, _ in profiles)
        moment = sum(profile.force * arm + profile.moment for profile, arm in profiles)
        return np.tile([float(force), float(moment)], 2)

    # --- states ---------------------------------------------------------------------------------------

    def web_state(self, tension: float, curvature: float, temperature_change: float = 0.0) -> WebState:
        """The wide web on a roller: N_x = tension, N_y = 0, kappa_x = curvature, kappa_y = 0.

        Cylindrical bending: a wide web cannot curve across (Searle's parameter, `risk.assumptions`), but it is free to
        contract across, which costs no force.

        Args:
            tension: Line tension per width [N/m].
            curvature: Of the neutral surface [1/m], positive stretches the top face.
            temperature_change: From the stress-free temperature [K].
        """
        return self.beam_state(
            Load(tension), Deformation(curvature), Load(0.0), Deformation(0.0), temperature_change
        )

    def free_state(self, temperature_change: float = 0.0) -> WebState:
        """The web released: N = 0 and M = 0 both ways; its curvatures are the (small, spherical) curl."""
        return self.beam_state(Load(0.0), Load(0.0), Load(0.0), Load(0.0), temperature_change)

    def beam_state(
        self,
        x_membrane: Condition,
        x_bending: Condition,
        y_membrane: Condition,
        y_bending: Condition,
        temperature_change: float = 0.0,
    ) -> WebState:
        """Any uniform state: per direction, N or e_0, and M or kappa, is prescribed; the rest follows.

        Membrane conditions count as cause `tension`, bending ones as cause `bending`; `thermal` and
        `residual` act with all prescribed values at zero. The four add up to the state.

        Args:
            x_membrane: Load N_x [N/m] or Deformation e_x0 [-].
            x_bending: Load M_x [N] or Deformation kappa_x [1/m].
            y_membrane: Load N_y [N/m] or Deformation e_y0 [-].
            y_bending: Load M_y [N] or Deformation kappa_y [1/m].
            temperature_change: From the stress-free temperature [K].
        """
        conditions = (x_membrane, x_bending, y_membrane, y_bending)
        locked = {"thermal": self.thermal_stress(temperature_change), "residual": self.residual_stress}
        deformation = {}
        for cause in CAUSES:
            acting = {"tension": (0, 2), "bending": (1, 3)}.get(cause, ())
            values = np.array([c.value if i in acting else 0.0 for i, c in enumerate(conditions)])
            held = np.array([isinstance(c, Deformation) for c in conditions])
            resultants = self._locked_resultants(locked.get(cause))
            if cause == "residual":
                resultants = resultants + self.profile_resultants
            deformation[cause] = self._solve(values, held, resultants)
        return self.state(deformation, locked, 1.0, temperature_change)

    def _solve(self, values: np.ndarray, held: np.ndarray, locked: np.ndarray) -> np.ndarray:
        """Deformation, shape (4,), from prescribed deformations (where `held`) and loads (elsewhere).

        ``locked`` are the resultants at zero deformation, shape (4,).
        """
        if not values.any() and not locked.any():
            return np.zeros(4)
        # Strains and curvature x thickness are of one size, so the scaled matrix is well conditioned.
        scale = np.array([1.0, 1 / self.thickness] * 2)
        stiffness = scale[:, None] * self.stiffness * scale
        load = scale * (np.where(held, 0.0, values) - locked)
        scaled = np.where(held, values / scale, 0.0)
        free = ~held
        if free.any():
            rest = load[free] - stiffness[np.ix_(free, held)] @ scaled[held]
            scaled[free] = np.linalg.solve(stiffness[np.ix_(free, free)], rest)
        return scale * scaled

    def _locked_resultants(self, locked: np.ndarray | None) -> np.ndarray:
        """Resultants, shape (4,), of equibiaxial ply stresses uniform over each ply."""
        if locked is None:
            return np.zeros(4)
        force = locked * self.thicknesses
        return np.tile([force.sum(), force @ self._ply_arms], 2)

    def state(
        self,
        deformation: dict[Cause, np.ndarray],
        locked: dict[Cause, np.ndarray] | None = None,
        profiles: float = 0.0,
        temperature_change: float = 0.0,
    ) -> WebState:
        """The state that belongs to a deformation, whatever forces it takes.

        Args:
            deformation: Cause to (e_x0, kappa_x, e_y0, kappa_y) about the neutral axis; absent ones are zero.
            locked: Cause to equibiaxial ply stress at zero deformation, shape (n_plies,) [Pa].
            profiles: Factor of the plies' residual profiles, which act without deformation, too.
            temperature_change: That the thermal part of ``locked`` belongs to [K].
        """
        locked = locked or {}
        full = {cause: np.asarray(deformation.get(cause, np.zeros(4)), dtype=float) for cause in CAUSES}
        stress = {cause: self._face_stress(full[cause], locked.get(cause)) for cause in CAUSES}
        return WebState(self, full, stress, profiles, temperature_change)

    @cached_property
    def _moduli(self) -> np.ndarray:
        """Plane-stress stiffness of each ply, shape (n_plies, 2, 2) [Pa]."""
        return np.array([ply.plane_stress_stiffness for ply in self.plies])

    def _face_stress(self, deformation: np.ndarray, locked: np.ndarray | None) -> np.ndarray:
        """Stress at (ply, face, direction), shape (n_plies, 2, 2) [Pa]."""
        membrane, curvature = deformation[0::2], deformation[1::2]
        strain = membrane + curvature * self._face_arms[:, :, None]
        stress = np.einsum("pij,pfj->pfi", self._moduli, strain)
        return stress if locked is None else stress + locked[:, None, None]
