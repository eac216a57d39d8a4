"""K_I, K_II and K_III along straight and curved fronts by interaction integrals, in a ply or on an interface.

The auxiliary displacement is the leading plane-strain (modes I, II) or anti-plane (III) term of a unit K of the pair of
solids at the front (twice the same one inside a ply), laid into the frame of the nearest front point:
u = u_n(r, theta) n + u_b b + u_t t. Its gradient is the exact one of that field, rotation and curvature of the frame
included, and its stress follows by Hooke's law, so it is compatible; on a curved front it is not in equilibrium, and
the body-force term

    I = -int P_kj q_k,j dV + int (div sigma_aux)_i u_i,k q_k dV
        - int (sigma_aux N)_i u_i,k q_k dS - int t_i u_aux_i,k q_k dS,
    P_kj = sigma : eps_aux delta_kj - sigma_ij u_aux_i,k - sigma_aux_ij u_i,k

puts that right, and so does the third term for the traction that the hoop strain leaves on the crack faces (without
it K_II is 8 % low at a domain radius of half the front's) and for its jump across a bonded interface ahead. (Gosz &
Moran 1998; Walters, Paulino & Dodds 2005 choose the auxiliary stress instead and correct for incompatibility.) The
last term is that of the faces' load t. K_I = E'/2 I, K_II = E'/2 I, K_III = mu I; E* / (1 - beta^2) takes the place
of E' on an interface, whose complex K refers to 1 um.
Derivatives of the auxiliary field are taken by central differences in space, accurate to six digits.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from rollmech.backend import basix, dolfinx, ufl
from rollmech.elastic.problem import PatchProblem, summed
from rollmech.flaws.front import Front
from rollmech.fracture.bimaterial import InterfaceTip, Isotropic, near_tip_displacement
from rollmech.fracture.crack_faces import crack_faces
from rollmech.fracture.domain_integral import (
    QUADRATURE,
    ConfigurationalForces,
    cell_measure,
    smooth_ramp,
)
from rollmech.fracture.front_integral import (
    RINGS,
    FrontK,
    front_basis,
    opening_modes,
    profile_spread,
    ring_cells,
)
from rollmech.fracture.regression import opening_k
from rollmech.mesh.patch import Patch

fem = dolfinx.fem

# Distance from the front over its radius of curvature up to which front coordinates are smooth; the largest ring ends
# there (0.6 of a local size that is at most 1.5 times that radius).
_CENTRE = 0.9
_STEP = 3e-4
"""Step of the differences over the distance from the front."""
LINE_FORCE = 3
"""The auxiliary field of 1 MPa um along the front's normal, for the T-stress."""


def mixed_front_k(problem: PatchProblem, solutions: Sequence) -> FrontK:
    """Extract all three K along the front of a crack.

    Raises:
        NumericsError: The rings reach into another ply or hold too few elements.
    """
    basis = front_basis(problem, vertex_means=False)
    cells = ring_cells(problem, basis.relative_radius)
    relative = basis.relative_radius[: problem.owned_vertices]
    ramps = [smooth_ramp(relative / ring)[:, None] for ring in RINGS]
    modes = problem.patch.modes
    k = np.zeros((len(RINGS), 3, len(modes), basis.phi.size))
    integral = Interaction(problem, solutions, cells)
    for fracture_mode, scale in enumerate(front_solids(problem.patch).interaction_scales):
        integral.choose(fracture_mode)
        for mode in _coupled(problem, fracture_mode):
            forces = integral.forces(problem.modes.index(mode))
            odd = fracture_mode == (1 if problem.patch.sheared else 2)
            for ring, ramp in enumerate(ramps):
                found = basis.release_rate(forces * ramp, odd=odd)
                k[ring, fracture_mode, modes.index(mode)] = scale * found
    middle = k[len(RINGS) // 2]
    load = problem.patch.turned(problem.patch.reference)
    total = np.linalg.norm(np.einsum("m,fmn->fn", load, middle), axis=0)
    spread = np.linalg.norm(np.ptp(np.einsum("m,rfmn->rfn", load, k), axis=0), axis=0) / total
    if problem.patch.profile:
        spread = np.maximum(spread, profile_spread(k[:, 0], modes.index("profile")))
    return FrontK(
        basis.phi,
        basis.position,
        basis.vertex,
        middle,
        spread,
        opening_k(problem, solutions, basis) if len(problem.patch.front_plies) == 1 else None,
        basis.near_surface,
        j_unit=_release_rates(problem, solutions, basis, cells),
    )


def front_solids(patch: Patch) -> InterfaceTip:
    """The solids on both sides of the crack's plane at its front, that on the side of the plane's normal first."""
    plies = [patch.plies[i] for i in patch.front_plies]
    above, below = (Isotropic(ply.youngs_modulus, ply.poisson_ratio) for ply in (plies[0], plies[-1]))
    return InterfaceTip(above, below)


def _coupled(problem: PatchProblem, fracture_mode: int) -> list[str]:
    """Modes of the problem that can have a K of the given kind, as far as symmetry tells."""
    if not problem.symmetric:
        return list(problem.modes)
    if problem.patch.sheared:
        return list(problem.modes) if fracture_mode else []
    opening = opening_modes(problem)
    shear = [mode for mode in problem.modes if mode not in opening]
    if problem.copies == 2:
        return {0: opening, 1: [], 2: shear}[fracture_mode]
    return {0: opening, 1: opening, 2: shear if problem.dimension == 2 else opening}[fracture_mode]


def _release_rates(problem: PatchProblem, solutions: Sequence, basis, cells: np.ndarray) -> np.ndarray:
    """J of all pairs of modes for the middle ring, J/m^2 per MPa^2, shape (modes, modes, n)."""
    forces = ConfigurationalForces(problem, solutions, cells)
    ramp = smooth_ramp(basis.relative_radius[: problem.owned_vertices] / RINGS[len(RINGS) // 2])[:, None]
    where = [problem.patch.modes.index(mode) for mode in problem.modes]
    j = np.zeros((len(problem.patch.modes),) * 2 + (basis.phi.size,))
    for a, b in itertools.combinations_with_replacement(range(len(where)), 2):
        j[where[a], where[b]] = j[where[b], where[a]] = basis.release_rate(forces.pair(a, b) * ramp)
    return j


def quadrature_places(problem: PatchProblem, cells: np.ndarray) -> np.ndarray:
    """Quadrature points of the given cells in space, um, shape (n, 3)."""
    cell = {2: basix.CellType.triangle, 3: basix.CellType.tetrahedron}[problem.dimension]
    points, _ = basix.make_quadrature(cell, QUADRATURE)
    x = ufl.SpatialCoordinate(problem.mesh)
    place = x if problem.dimension == 3 else ufl.as_vector([x[0], 0, x[1]])
    return fem.Expression(place, points).eval(problem.mesh, cells).reshape(-1, 3)


def set_quadrature_values(function, cells: np.ndarray, values: np.ndarray) -> None:
    """Fill a quadrature function on the given cells, point after point."""
    rows = function.function_space.dofmap.list[cells].ravel()
    width = function.function_space.dofmap.index_map_bs
    function.x.array.reshape(-1, width)[rows] = values.reshape(len(rows), width)


class Interaction:
    """Nodal configurational forces of a solution with an auxiliary field.

    Args:
        problem: The solved problem.
        solutions: Perturbation of each of ``problem.modes``.
        cells: Cells that hold every ring.
    """

    def __init__(self, problem: PatchProblem, solutions: Sequence, cells: np.ndarray):
        self._problem, self._solutions, self._cells = problem, solutions, cells
        mesh, front, solids = problem.mesh, problem.patch.front, front_solids(problem.patch)
        places = quadrature_places(problem, cells)
        self._stencil = Stencil(front, solids, places, self._above(places))
        self._faces = crack_faces(problem, cells)
        self._face_stencil = Stencil(front, solids, self._faces.places, self._faces.above)

        def quadrature_function(shape):
            element = basix.ufl.quadrature_element(mesh.basix_cell(), value_shape=shape, degree=QUADRATURE)
            return fem.Function(fem.functionspace(mesh, element))

        self._gradient, self._force = quadrature_function((3, 3)), quadrature_function((3,))
        self._perturbation = fem.Function(problem.space)
        gradient = problem.gradient(self._perturbation)
        stress, auxiliary = problem.stress(gradient), problem.stress(self._gradient)
        momentum = (
            ufl.inner(stress, ufl.sym(self._gradient)) * ufl.Identity(3)
            - ufl.dot(self._gradient.T, stress)
            - ufl.dot(gradient.T, auxiliary)
        )
        test = ufl.TestFunction(problem.coarse_space)
        self._form = fem.form(
            (ufl.inner(momentum, problem.gradient(test)) - ufl.dot(ufl.dot(self._force, gradient), test))
            * cell_measure(problem, cells)
        )

    def _above(self, places: np.ndarray) -> np.ndarray:
        """Which quadrature points lie on the side of the crack plane's normal."""
        front = self._problem.patch.front
        return (places - front.point(np.array([np.pi / 2]))) @ front.crack_normal > 0

    def choose(self, fracture_mode: int) -> None:
        """Use the auxiliary field of mode I, II or III (0, 1, 2), or of a line force ahead (``LINE_FORCE``)."""
        gradient, force = self._stencil.derivatives(fracture_mode)
        set_quadrature_values(self._gradient, self._cells, gradient)
        set_quadrature_values(self._force, self._cells, force)
        self._face_gradient, _ = self._face_stencil.derivatives(fracture_mode)

    def forces(self, number: int) -> np.ndarray:
        """Nodal forces with one of the problem's modes at this rank's own vertices, shape (n, 3)."""
        solution = self._solutions[number]
        self._perturbation.x.array[:] = solution.x.array
        vector = fem.petsc.assemble_vector(self._form)
        with vector.localForm() as local:
            local.array_w[:] += self._faces.pull(
                self._problem.modes[number], solution, self._face_gradient
            ).ravel()
        return summed(vector).array.reshape(-1, 3).copy()


class Stencil:
    """Front coordinates of points and their neighbours, for differences of the auxiliary fields.

    Args:
        front: The front.
        solids: On both sides of the crack's plane.
        points: Points, um, shape (n, 3).
        above: Whether each point belongs to the side of the plane's normal, shape (n,): differences never jump over a
            face or an interface.
    """

    def __init__(self, front: Front, solids: InterfaceTip, points: np.ndarray, above: np.ndarray):
        distance, guess = front.project(points)
        # Outer corners of the rings' cells, near the centre of curvature: the nearest front point jumps there, and
        # one jump between two points of a difference spoils the whole integral. Their frame stays as it is.
        fixed = distance * front.curvature(guess) > _CENTRE
        centre = np.where(fixed, guess, front.refine(points, guess))
        self._step, self._solids, self._above = _STEP * distance, solids, above
        self._crack_normal = front.crack_normal
        self._straight = not np.any(front.curvature(centre))
        self._frames = {}
        for offset in itertools.product((-1, 0, 1), repeat=3):
            if np.count_nonzero(offset) < 3:
                moved = points + self._step[:, None] * np.array(offset)
                self._frames[offset] = _front_coordinates(front, moved, centre, fixed)

    def derivatives(self, mode: int) -> tuple[np.ndarray, np.ndarray]:
        """Gradient (n, 3, 3; component, direction) and divergence of the stress (n, 3) of a unit-K field."""
        u = {offset: self._displacement(mode, *frame) for offset, frame in self._frames.items()}
        axes = np.eye(3, dtype=int)
        step = self._step[:, None]
        gradient = np.stack([(u[tuple(e)] - u[tuple(-e)]) / (2 * step) for e in axes], axis=2)
        if self._straight:  # in equilibrium; differences would only add noise
            return gradient, np.zeros((len(step), 3))
        second = np.zeros((len(step), 3, 3, 3))
        for j, e in enumerate(axes):
            second[:, :, j, j] = (u[tuple(e)] + u[tuple(-e)] - 2 * u[0, 0, 0]) / step**2
            for k, f in enumerate(axes[:j]):
                mixed = u[tuple(e + f)] + u[tuple(-e - f)] - u[tuple(e - f)] - u[tuple(f - e)]
                second[:, :, j, k] = second[:, :, k, j] = mixed / (4 * step**2)
        shear, poisson = (
            np.where(self._above, of_above, of_below)[:, None]
            for of_above, of_below in (
                (self._solids.above.shear_modulus, self._solids.below.shear_modulus),
                (self._solids.above.poisson_ratio, self._solids.below.poisson_ratio),
            )
        )
        lame = 2 * shear * poisson / (1 - 2 * poisson)
        laplacian = np.einsum("nijj->ni", second)
        grad_div = np.einsum("njij->ni", second)
        return gradient, shear * laplacian + (lame + shear) * grad_div

    def _displacement(
        self, mode: int, radius: np.ndarray, angle: np.ndarray, normal: np.ndarray
    ) -> np.ndarray:
        """Displacement (um) of a unit K in Cartesian components, shape (n, 3)."""
        if mode == LINE_FORCE:
            local = line_force_displacement(self._solids.above, radius, angle, self._above)
        else:
            local = near_tip_displacement(self._solids, mode, radius, angle, self._above)
        across = np.broadcast_to(self._crack_normal, normal.shape)
        frame = np.stack([normal, across, np.cross(normal, across)], axis=1)
        return np.einsum("ni,nij->nj", local, frame)


def _front_coordinates(
    front: Front, points: np.ndarray, guess: np.ndarray, fixed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance (n,), angle (n,) and outward normal (n, 3) of points in the frame of the nearest front point, or of
    the guessed one where it is to stay fixed."""
    phi = np.where(fixed, guess, front.refine(points, guess, steps=2))
    normal, offset = front.normal(phi), points - front.point(phi)
    ahead = np.einsum("ni,ni->n", offset, normal)
    aside = offset @ front.crack_normal
    return np.hypot(ahead, aside), np.arctan2(aside, ahead), normal


def line_force_displacement(
    solid: Isotropic, radius: np.ndarray, angle: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """Plane-strain displacement (um) of a line force of 1 MPa um at the front along its normal, shape (n, 3).

    Components and arguments as in ``near_tip_displacement``; one solid only.
    """
    side = np.where(above, 1.0, -1.0)
    angle = np.where(side * angle < -np.pi / 2, angle + 2 * np.pi * side, angle)
    kappa = solid.kolosov
    # The logarithm's unit length only adds a rigid motion in the plane, and its hoop strain vanishes in the limit.
    forward = -(kappa + 1) / 2 * np.log(radius) - np.sin(angle) ** 2
    sideways = -(kappa - 1) / 2 * angle + np.sin(angle) * np.cos(angle)
    parts = np.stack([forward, sideways, np.zeros_like(forward)], axis=-1)
    return parts / (4 * np.pi * solid.shear_modulus)
