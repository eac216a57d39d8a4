"""Influence of the web's stress on a flaw: the costly, reusable part of a case.

Linear elasticity makes K along a front, or the stress on a blunt flaw, a linear map of the four far-stress
coefficients of the flawed ply. The map is solved on successively finer meshes until its estimated error meets the
target; rollers, tensions, temperatures and residual stresses are arithmetic on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from rollmech.elastic.problem import PatchProblem
from rollmech.elastic.solver import boundary_effect, solve_modes
from rollmech.fracture.bimaterial import InterfaceTip
from rollmech.fracture.bridging import BridgeModel
from rollmech.fracture.channel import channel_energy, channel_front, root_extrapolation
from rollmech.fracture.face_opening import FaceOpening, face_opening
from rollmech.fracture.filler import BondStress, bond_stress
from rollmech.fracture.front_elements import front_elements
from rollmech.fracture.front_integral import FrontK, front_k
from rollmech.fracture.front_t_stress import front_t_stress
from rollmech.fracture.interaction_integral import front_solids, mixed_front_k
from rollmech.fracture.stress_concentration import SurfaceStress, surface_stress
from rollmech.fracture.t_stress import tip_t_stress
from rollmech.fracture.tile_joint import JointResponse, joint_response
from rollmech.mesh.apart import TIME_LIMIT
from rollmech.mesh.build import Mesher, begun
from rollmech.mesh.grading import Grading
from rollmech.mesh.patch import COVER, COVER_ERROR, Patch
from rollmech.mesh.patchmesh import PatchMesh

LEVELS = {
    3: (
        Grading(front=1 / 14, root=1 / 7, growth=0.35),
        Grading(front=1 / 20, root=1 / 10, growth=0.30),
        Grading(front=1 / 28, root=1 / 14, growth=0.25),
        Grading(front=1 / 40, root=1 / 20, growth=0.20),
    ),
    2: (
        Grading(front=1 / 80, root=1 / 15, growth=0.25, interface_root=1e-4),
        Grading(front=1 / 160, root=1 / 30, growth=0.20, interface_root=1e-6),
        Grading(front=1 / 320, root=1 / 60, growth=0.15, interface_root=1e-8),
    ),
}
"""Mesh gradings by dimension, coarse to fine. The first two are always solved: their difference is the estimate."""

BRIDGED_LEVELS = (
    Grading(front=1 / 160, root=1 / 15, growth=0.14),
    Grading(front=1 / 320, root=1 / 30, growth=0.10),
    Grading(front=1 / 640, root=1 / 60, growth=0.07),
)
"""The same for a bridged plane crack, whose hats need several elements each."""

# Between levels that are r times apart in size the error left on the finer one is difference / (r^p - 1). For K that is
# the difference itself in the plane model (r = 2, p = 1) and 1.25 times it in 3D (r = 1.4, p = 1.75); for stresses
# averaged at the nodes of a 3D surface (p = 1) 2.5 times. Channel cracks take a third level: a change of energy tells
# what the root's elements still miss, the change of the energies corrected for that is the estimate.
SAFETY = 1.25
STRESS_SAFETY = {2: 1.25, 3: 2.5}
# K within 30 degrees of the free surface depends on the functions that it is expanded in by up to this much.
SURFACE_SCATTER = 0.002
UNKNOWNS_LIMIT = 400_000
# K of a unit profile counts as at least this part of K under unit tension.
_LEAST_PROFILE = 0.05

Progress = Callable[[str], None]


@dataclass
class Influence:
    """Response of one flaw in one stack to the unit far-stress modes, with what is known of its error.

    Attributes:
        patch: What was solved.
        front: K_I on the finest mesh, or None for a blunt flaw.
        front_before: K_I one level coarser, at the same points.
        surface: Surface stress on the finest mesh, or None for a sharp flaw.
        surface_before: Surface stress one level coarser (other nodes).
        energy: Steady-state release rate of a channel crack per pair of unit modes, J/m^2 per MPa^2, else None.
        energy_before: The same one level coarser.
        bond: Stress of a filler at its bond on the finest mesh, or None for an empty flaw.
        bond_before: The same one level coarser.
        joint: What a joint between tiles does on the finest mesh, else None.
        joint_before: The same one level coarser.
        boundary: Relative effect of the patch's ends (0 for real ones) and of plies merged on K and Kt, an upper bound.
        target: Relative error asked for.
        levels: Statistics of every mesh solved.
        timings: Seconds by stage, summed over the levels.
        problem: The finest problem, for writing fields; None where the influence was read from the store.
        solutions: Its perturbations.
        problem_before: The problem one level coarser.
        solutions_before: Its perturbations.
    """

    patch: Patch
    front: FrontK | None
    front_before: FrontK | None
    surface: SurfaceStress | None
    surface_before: SurfaceStress | None
    boundary: float
    target: float
    energy: np.ndarray | None = None
    energy_before: np.ndarray | None = None
    bond: BondStress | None = None
    bond_before: BondStress | None = None
    joint: JointResponse | None = None
    joint_before: JointResponse | None = None
    levels: list[dict] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    problem: PatchProblem | None = None
    solutions: list = field(default_factory=list)
    problem_before: PatchProblem | None = None
    solutions_before: list = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Influence of a {self.patch.flaw.kind} on {len(self.patch.modes)} modes, {len(self.levels)} meshes>"

    # What is read off the problem has to outlive it: the store keeps these and sets them again.

    @cached_property
    def opening(self) -> FaceOpening | None:
        """Opening of the faces per unit mode; None for a blunt flaw."""
        return None if self.front is None else face_opening(self.problem, self.solutions)

    @cached_property
    def bridge(self) -> BridgeModel | None:
        """What the filler between the faces does; None for a crack without one."""
        if self.patch.bridge is None:
            return None
        return BridgeModel(self, (self.opening, face_opening(self.problem_before, self.solutions_before)))

    @cached_property
    def front_elements(self) -> float | None:
        """Elements on the local size of the front where it is meshed coarsest; None where no K is taken from it."""
        if self.front is None or self.energy is not None:
            return None
        return front_elements(self.problem.patch_mesh.all_nodes, self.patch)

    @cached_property
    def copies(self) -> int:
        """How many times the modelled part of the front's surroundings makes up the whole (``PatchProblem``)."""
        return self.problem.copies

    @cached_property
    def quarter(self) -> bool:
        """Whether a quarter of the patch stood for all of it."""
        return self.problem.symmetric

    @cached_property
    def ranks(self) -> int:
        """MPI ranks that solved it."""
        return self.problem.mesh.comm.size

    @property
    def on_interface(self) -> bool:
        """Whether the front lies on an interface between two plies."""
        return len(self.patch.front_plies) == 2

    @property
    def reference_length(self) -> float:
        """Length that the complex K of an interface crack refers to, um: the thickness of the plies above it."""
        return self.patch.flaw.depth

    def stress_intensity(self, coefficients: np.ndarray) -> np.ndarray:
        """K_I (MPa um^0.5) along the front for mode coefficients of the web in MPa (``Patch.turned``), shape (n,)."""
        return self.mixed_mode(coefficients)[0]

    def mixed_mode(self, coefficients: np.ndarray) -> np.ndarray:
        """K_I, K_II, K_III (MPa um^0.5) along the front, shape (3, n).

        On an interface the first two are the parts of K l^(i eps) with ``reference_length`` for l. A channel crack has
        no K: the first is sqrt(E' G) then, with the sign of what uniform tension opens.
        """
        local = self.patch.turned(coefficients)
        if self.energy is not None:
            return np.array([[self._signed_root(local, self.energy)], [0.0], [0.0]])
        return self._referred(np.einsum("m,fmn->fn", local, self.front.k_unit))

    def _referred(self, k: np.ndarray) -> np.ndarray:
        """K with the odd unit of an interface crack put right, shape (3, n)."""
        if not self.on_interface:
            return k
        plane = self.solids.referred_to(k[0] + 1j * k[1], self.reference_length)
        return np.array([plane.real, plane.imag, k[2]])

    def _signed_root(self, local: np.ndarray, energy: np.ndarray) -> float:
        """sqrt(E' G) of a channel crack, negative where the load works against uniform tension."""
        sign = np.sign(local @ energy @ self.patch.turned(self.patch.tension))
        return float(sign * np.sqrt(self.modulus * max(local @ energy @ local, 0.0)))

    def t_stress(self, coefficients: np.ndarray) -> tuple[float, float] | None:
        """T-stress of a plane crack and its estimated error (MPa); None for any other flaw."""
        if self.front is None or self.front.t_unit is None:
            return None
        local = self.patch.turned(coefficients)
        value, before = float(local @ self.front.t_unit), float(local @ self.front_before.t_unit)
        return value, SAFETY * abs(value - before) + self.boundary * abs(value)

    def front_t_stress(self, coefficients: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """T-stress along a front that meets no face and its estimated error (MPa), each shape (n,); else None."""
        if self.front is None or self.front.t_front is None:
            return None
        local = self.patch.turned(coefficients)
        value, before = local @ self.front.t_front, local @ self.front_before.t_front
        change = np.abs(value - before)
        # Where the difference happens to cross zero the error does not.
        floor = np.sqrt(np.mean(change**2))
        return value, SAFETY * np.maximum(change, floor) + self.boundary * np.abs(value)

    def opening_route(self, coefficients: np.ndarray) -> np.ndarray | None:
        """K_I, K_II, K_III (MPa um^0.5) by regression of the faces' opening, shape (3, n); None on an interface."""
        if self.front.k_opening is None:
            return None
        return np.einsum("m,fmn->fn", self.patch.turned(coefficients), self.front.k_opening)

    def route_difference(self) -> float | None:
        """Largest difference between both routes under the reference load: of K_I over the largest, or on an
        interface of sqrt(G) by J and by the three K; None for a channel crack, which has one route only."""
        if self.energy is not None:
            return None
        inner, load = ~self.front.vertex, self.patch.reference
        if self.front.k_opening is None:
            local = self.patch.turned(load)
            energy = np.einsum("a,abn,b->n", local, self.front.j_unit, local)[inner]
            ratio = np.sqrt(self.release_rate(load)[inner] / energy)
            return float(np.abs(ratio - 1).max())
        k = self.stress_intensity(load)[inner]
        return float(np.abs(self.opening_route(load)[0, inner] - k).max() / k.max())

    def route_differences(self, coefficients: np.ndarray) -> dict[str, float]:
        """Largest differences between two routes along the front, under any load.

        Returns:
            ``K_I``, ``K_II``, ``K_III``: integral against opening of the faces, over the largest of the three K;
            ``J``: sqrt of the domain integral's J over that of the three K, less 1, where all three were extracted.
            Empty for a channel crack, which has one route only.
        """
        if self.energy is not None:
            return {}
        inner, local = ~self.front.vertex, self.patch.turned(coefficients)
        k = self.mixed_mode(coefficients)[:, inner]
        found = {}
        if self.front.k_opening is not None:
            apart = np.abs(self.opening_route(coefficients)[:, inner] - k).max(axis=1) / np.abs(k).max()
            found = {name: float(apart[i]) for i, name in enumerate(("K_I", "K_II", "K_III")) if np.any(k[i])}
        if self.front.j_unit is not None:
            j = np.einsum("a,b,abn->n", local, local, self.front.j_unit)[inner]
            found["J"] = float(np.abs(np.sqrt(np.abs(j) / self.release_rate(coefficients)[inner]) - 1).max())
        return found

    @cached_property
    def solids(self) -> InterfaceTip:
        """The solids that meet at the front; twice the same one inside a ply."""
        return front_solids(self.patch)

    @property
    def modulus(self) -> float:
        """What makes K of an energy release rate, MPa: E' of the ply at the front, E*/(1 - beta^2) on an interface."""
        if self.energy is not None:
            return self.solids.above.plane_modulus
        return self.solids.effective_modulus / (1 - self.solids.mismatch.beta**2)

    def release_rate(self, coefficients: np.ndarray) -> np.ndarray:
        """Energy release rate (J/m^2) along the front, shape (n,): (K_I^2 + K_II^2)/E' + K_III^2/(2 mu), with E*
        over 1 - beta^2 for E' on an interface."""
        one, two, three = self.mixed_mode(coefficients)
        if self.energy is not None:
            return one**2 / self.modulus
        return self.solids.release_rate(one + 1j * two, three)

    def effective(self, coefficients: np.ndarray) -> np.ndarray:
        """sqrt(E' G) with the sign of K_I (MPa um^0.5): what is compared with the toughness, shape (n,)."""
        sign = np.sign(self.stress_intensity(coefficients))
        return sign * np.sqrt(self.modulus * self.release_rate(coefficients))

    def contribution(self, part: np.ndarray, total: np.ndarray, point: int) -> float:
        """What one part of a load adds to ``effective`` of the total at a point of the front, MPa um^0.5.

        The parts of G's bilinear form that belong to it, so that all contributions add up to the whole.
        """
        whole = float(self.effective(total)[point])
        if not whole:
            return 0.0
        if self.energy is not None:
            one, two = self.patch.turned(part), self.patch.turned(total)
            return self.modulus * float(one @ self.energy @ two) / whole
        one, two = self.mixed_mode(part)[:, point], self.mixed_mode(total)[:, point]
        weights = np.array([1.0, 1.0, self.modulus / (2 * self.solids.mean_shear_modulus)])
        return float(one @ (weights * two)) / whole

    def stress_intensity_error(self, coefficients: np.ndarray) -> np.ndarray:
        """Estimated absolute error of K (MPa um^0.5), shape (n,): mesh, path and patch size together."""
        local = self.patch.turned(coefficients)
        value = np.linalg.norm(self.mixed_mode(coefficients), axis=0)
        if self.energy is not None:
            before = self._signed_root(local, self.energy_before)
            return SAFETY * np.abs(value - abs(before)) + value * self.boundary
        change = np.einsum("m,fmn->fn", local, self.front.k_unit - self.front_before.k_unit)
        change = np.linalg.norm(change, axis=0)
        return self.error_from(value, change, np.mean(change[~self.front.vertex] ** 2)) + self._cover_error(
            local
        )

    def error_from(
        self,
        value: np.ndarray,
        change: np.ndarray,
        mean_square: np.ndarray | float,
        at: np.ndarray | slice = slice(None),
    ) -> np.ndarray:
        """Estimated error of sizes of K at points of the front whose last refinement changed them so much.

        Args:
            value: Sizes of K, shape (n,).
            change: Sizes of the change, shape (n,).
            mean_square: Mean of the changes' squares along the front of each; one number or shape (n,).
            at: Points of the front, shape (n,).
        """
        # Where the difference happens to cross zero the error does not: take the mean square as a floor.
        floor = np.sqrt(mean_square)
        if self.patch.profile:
            # Two meshes can agree by luck on a load that acts near the mouth only: not better than on the reference.
            inner, load = ~self.front.vertex, self.patch.turned(self.patch.reference)
            moved = np.einsum("m,fmn->fn", load, self.front.k_unit - self.front_before.k_unit)[:, inner]
            size = self._size(self.patch.reference)[inner]
            floor = np.maximum(floor, value * np.linalg.norm(moved) / np.linalg.norm(size))
        share = self.path_share
        if self.on_interface:
            # Quarter-point elements do not hold the oscillation of an interface crack; both routes feel it unlike.
            share = share + self.route_difference()
        return SAFETY * np.maximum(change, floor) + value * share[at]

    def _cover_error(self, local: np.ndarray) -> np.ndarray:
        """What a cover's force errs by for acting at the mouth: its K times part of its thickness over the depth."""
        if not self.patch.cover:
            return np.zeros(self.front.phi.shape)
        thickness = sum(ply.thickness for ply in self.patch.cover)
        k = np.einsum("m,fmn->fn", local[-len(COVER) :], self.front.k_unit[:, -len(COVER) :])
        return COVER_ERROR * thickness / self.patch.flaw.deepest * np.linalg.norm(k, axis=0)

    @property
    def path_share(self) -> np.ndarray:
        """Relative error of K by the domain's size, the patch's ends and the free surface, shape (n,)."""
        return self.front.path_spread + self.boundary + SURFACE_SCATTER * self.front.near_surface

    def surface_stress(self, coefficients: np.ndarray) -> np.ndarray:
        """Largest principal stress (MPa) at the nodes of a blunt flaw's surface, shape (n,)."""
        return self.surface.largest_principal(self.patch.turned(coefficients))

    def peak_stress(self, coefficients: np.ndarray) -> tuple[float, float, np.ndarray]:
        """Largest principal stress on a blunt flaw (MPa), its estimated error and its position (um)."""
        values = self.surface_stress(coefficients)
        before = self.surface_before.largest_principal(self.patch.turned(coefficients))
        peak = float(values.max())
        change = abs(peak - float(before.max()))
        if self.patch.flaw.dimension == 3:
            change = max(change, self._scatter(values, before))
        error = STRESS_SAFETY[self.patch.flaw.dimension] * change + self.boundary * abs(peak)
        return peak, error, self.surface.position[values.argmax()]

    def stress_at(self, coefficients: np.ndarray, place: tuple[float, float, float]) -> tuple[float, float]:
        """Largest principal stress (MPa) at the node nearest to a place (um), and its estimated error."""
        local = self.patch.turned(coefficients)
        now, before = (
            float(found.largest_principal(local)[cKDTree(found.position).query(place)[1]])
            for found in (self.surface, self.surface_before)
        )
        error = STRESS_SAFETY[self.patch.flaw.dimension] * abs(now - before) + self.boundary * abs(now)
        return now, error

    def _scatter(self, values: np.ndarray, before: np.ndarray) -> float:
        """Root mean square difference of two meshes over the highly stressed part: maxima can agree by luck."""
        high = values > 0.95 * values.max()
        nearest = cKDTree(self.surface_before.position).query(self.surface.position[high])[1]
        return float(np.sqrt(np.mean((values[high] - before[nearest]) ** 2)))

    def filler_stress(self, coefficients: np.ndarray) -> tuple[float, float]:
        """Largest principal stress of the filler at its bond (MPa) and its estimated error."""
        return self._bonded(BondStress.largest, coefficients)

    def bond_tension(self, coefficients: np.ndarray) -> tuple[float, float]:
        """Largest tension across the filler's bond (MPa) and its estimated error."""
        return self._bonded(BondStress.tension, coefficients)

    def _bonded(self, of: Callable, coefficients: np.ndarray) -> tuple[float, float]:
        local = self.patch.turned(coefficients)
        now, before = of(self.bond, local), of(self.bond_before, local)
        factor = STRESS_SAFETY[self.patch.flaw.dimension]
        return now, factor * abs(now - before) + self.boundary * abs(now)

    def relative_error(self) -> float:
        """Estimated relative error under the reference load or the residual profile, whichever is larger.

        Under the reference load the largest along the front; K of a profile may change its sign there, and is compared
        with its largest value. Stress of a profile on a blunt flaw is taken with the reference load: alone it may be
        pressure.
        """
        load = self.patch.reference
        if self.joint is not None:
            opening, error = self.joint_value(lambda joint: self.patch.turned(load) @ joint.opening)
            return abs(error / opening)
        if self.front is None:
            loads = [load, load + self._profile] if self.patch.profile else [load]
            loads += [self._misfit] if self.patch.fill and self.patch.fill.misfit else []
            return max(error / peak for peak, error, _ in map(self.peak_stress, loads))
        inner = ~self.front.vertex
        error = self.stress_intensity_error(load)[inner] / self._size(load)[inner]
        return max(float(error.max()), self._profile_error(inner))

    def joint_value(self, of: Callable[[JointResponse], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """A number of the joint, or several, and their estimated errors."""
        now, before = of(self.joint), of(self.joint_before)
        return now, SAFETY * np.abs(now - before) + self.boundary * np.abs(now)

    @property
    def _profile(self) -> np.ndarray:
        """Coefficients of the unit residual profile alone."""
        unit = np.zeros_like(self.patch.tension)
        unit[4 * self.patch.cut] = 1.0
        return unit

    @property
    def _misfit(self) -> np.ndarray:
        """Coefficients of the unit misfit alone, with the sign of what the filler has."""
        unit = np.zeros_like(self.patch.tension)
        unit[self.patch.place("misfit")] = -np.sign(self.patch.fill.misfit)
        return unit

    def _size(self, coefficients: np.ndarray) -> np.ndarray:
        return np.linalg.norm(self.mixed_mode(coefficients), axis=0)

    def _profile_error(self, inner: np.ndarray) -> float:
        """Relative error of K under the residual profile; 0 without one."""
        if not self.patch.profile:
            return 0.0
        # A profile that hardly reaches the crack is worth no finer mesh.
        floor = _LEAST_PROFILE * self._size(self.patch.reference)[inner].max()
        size = max(self._size(self._profile)[inner].max(), floor)
        return float(self.stress_intensity_error(self._profile)[inner].max() / size)


def solve_influence(
    patch: Patch,
    target: float,
    progress: Progress = lambda text: None,
    meshers: Sequence[Callable[[], PatchMesh]] = (),
    meshing_time: float = TIME_LIMIT,
) -> Influence:
    """Mesh, solve and extract, refining until the estimated relative error meets ``target``.

    Args:
        patch: Geometry and moduli.
        target: Relative error wanted on K or on the peak stress.
        progress: Called with a line of text before each stage.
        meshers: What makes the mesh of each level, coarse to fine; by default the gradings of ``LEVELS``.
        meshing_time: Seconds that the mesher may take for one of these.

    Raises:
        NumericsError: The mesh, a solve or the extraction failed; no number was earned.
    """
    timings = {"mesh": 0.0, "solve": 0.0, "extract": 0.0, "boundary": 0.0}
    levels: list[dict] = []
    found: list = []
    bonds: list = []
    boundary = patch.merging
    problem, solutions = None, []
    channel = patch.flaw.kind == "channel"
    bridged = patch.bridge is not None and patch.flaw.dimension == 2
    gradings = BRIDGED_LEVELS if bridged else LEVELS[patch.flaw.dimension]
    needed = 3 if channel else 2
    own = [] if meshers else [Mesher(patch, grading, meshing_time) for grading in gradings]
    with begun(own[:needed]):  # on a core that is idle while the first mesh is solved
        for number, mesher in enumerate(meshers or own):
            before = problem, solutions
            problem, solutions, extracted = _solve_level(patch, mesher, timings, levels, progress)
            found.append(extracted)
            bonded = patch.fill and patch.flaw.kind != "tile-joint"  # whose bond has corners only
            bonds.append(bond_stress(problem, solutions) if bonded else None)
            if number == 0 and not patch.real_ends:
                with _timed(timings, "boundary"):
                    boundary += boundary_effect(problem)
            if number + 1 < needed:
                continue
            results = _extrapolated(patch, found, gradings) if channel else _by_kind(patch, found)
            influence = Influence(
                patch=patch,
                **results,
                boundary=boundary,
                target=target,
                bond=bonds[-1],
                bond_before=bonds[-2],
                levels=levels,
                timings=timings,
                problem=problem,
                solutions=solutions,
                problem_before=before[0],
                solutions_before=before[1],
            )
            levels[-1]["estimated relative error"] = influence.relative_error()
            growth = levels[-1]["unknowns"] / levels[-2]["unknowns"]
            if influence.relative_error() <= target or levels[-1]["unknowns"] * growth > UNKNOWNS_LIMIT:
                break
    return influence


def _by_kind(patch: Patch, found: list) -> dict:
    """The last two extractions under the names of their kind."""
    now, before = found[-1], found[-2]
    if patch.flaw.kind == "tile-joint":
        none = dict.fromkeys(("front", "front_before", "surface", "surface_before"))
        return {**none, "joint": now, "joint_before": before}
    if patch.flaw.sharp:
        return {"front": now, "front_before": before, "surface": None, "surface_before": None}
    return {"front": None, "front_before": None, "surface": now, "surface_before": before}


def _extrapolated(patch: Patch, found: list, gradings: tuple[Grading, ...]) -> dict:
    """Energies of a channel crack, each with what its root's elements still miss."""
    corrected = []
    for number in (len(found) - 1, len(found) - 2):
        ratio = gradings[number - 1].interface_root / gradings[number].interface_root
        change = found[number] - found[number - 1]
        corrected.append(found[number] + root_extrapolation(front_solids(patch), ratio) * change)
    front = channel_front(patch)
    fronts = {"front": front, "front_before": front, "surface": None, "surface_before": None}
    return {**fronts, "energy": corrected[0], "energy_before": corrected[1]}


def _solve_level(
    patch: Patch, mesher: Callable[[], PatchMesh], timings: dict, levels: list, progress: Progress
):
    label = f"mesh {len(levels) + 1}"
    progress(f"{label}: meshing")
    with _timed(timings, "mesh"):
        mesh = mesher()
    problem = PatchProblem(patch, mesh)
    progress(f"{label}: solving {mesh.elements} elements")
    with _timed(timings, "solve"):
        solutions, statistics = solve_modes(problem)
    progress(f"{label}: extracting")
    with _timed(timings, "extract"):
        extracted = _extract(problem, solutions)
    levels.append({"elements": mesh.elements, **mesh.statistics, **statistics})
    return problem, solutions, extracted


def _extract(problem: PatchProblem, solutions: list) -> FrontK | SurfaceStress | JointResponse | np.ndarray:
    if problem.patch.flaw.kind == "tile-joint":
        return joint_response(problem, solutions)
    if not problem.patch.flaw.sharp:
        return surface_stress(problem, solutions)
    if problem.patch.flaw.kind == "channel":
        return channel_energy(problem, solutions)
    if len(problem.patch.front_plies) == 2:
        return mixed_front_k(problem, solutions)
    if problem.dimension == 2:
        return replace(mixed_front_k(problem, solutions), t_unit=tip_t_stress(problem, solutions))
    opened = problem.symmetric and not problem.patch.sheared
    found = front_k(problem, solutions) if opened else mixed_front_k(problem, solutions)
    if problem.patch.flaw.kind != "hidden-crack":
        return found
    return replace(found, t_front=front_t_stress(problem, solutions))


class _timed:
    """Add the wall time of a block to an entry of a table."""

    def __init__(self, table: dict[str, float], name: str):
        self._table, self._name = table, name

    def __enter__(self):
        self._start = time.perf_counter()

    def __exit__(self, *_):
        self._table[self._name] += time.perf_counter() - self._start
