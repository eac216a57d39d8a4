"""K_I, K_II and K_III along a curved front by interaction integrals.

The auxiliary displacement is the leading plane-strain (modes I, II) or anti-plane (III) term of a unit K, laid into
the frame of the nearest front point: u = u_n(r, theta) n + u_b b + u_t t. Its gradient is the exact one of that
field, rotation and curvature of the frame included, and its stress follows by Hooke's law, so it is compatible; on a
curved front it is not in equilibrium, and the body-force term

    I = -int P_kj q_k,j dV + int (div sigma_aux)_i u_i,k q_k dV - int (sigma_aux N)_i u_i,k q_k dS,
    P_kj = sigma : eps_aux delta_kj - sigma_ij u_aux_i,k - sigma_aux_ij u_i,k

puts that right, and so does the last term for the traction that the hoop strain of mode II leaves on the crack faces
(without it K_II is 8 % low at a domain radius of half the front's). (Gosz & Moran 1998; Walters, Paulino & Dodds
2005 choose the auxiliary stress instead and correct for incompatibility.) K_I = E'/2 I, K_II = E'/2 I, K_III = mu I.
Derivatives of the auxiliary field are taken by central differences in space, accurate to six digits.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from rollmech.backend import basix, dolfinx, ufl
from rollmech.elastic.problem import MODES, PatchProblem, unit_mode
from rollmech.flaws.front import EllipticFront
from rollmech.fracture.domain_integral import smooth_ramp
from rollmech.fracture.front_integral import RINGS, ArcBasis, FrontK, ring_cells
from rollmech.fracture.regression import opening_k

fem = dolfinx.fem

_QUADRATURE = 3
_STEP = 3e-4
"""Step of the differences over the distance from the front."""


def mixed_front_k(problem: PatchProblem, solutions: Sequence) -> FrontK:
    """Extract all three K along the front of an opened crack.

    Raises:
        NumericsError: The rings reach into another ply or hold too few elements.
    """
    front = problem.patch.flaw.front()
    vertices = problem.coarse_space.tabulate_dof_coordinates()
    basis = ArcBasis(front, problem.patch.flawed_thickness, vertices, whole=True)
    ply = problem.patch.plies[0]
    plane = ply.youngs_modulus / (1 - ply.poisson_ratio**2) / 2
    scales = (plane, plane, ply.shear_modulus)
    ramps = [smooth_ramp(basis.relative_radius / ring)[:, None] for ring in RINGS]
    k = np.zeros((len(RINGS), 3, len(MODES), basis.phi.size))
    integral = _Interaction(problem, solutions, ring_cells(problem, basis.relative_radius), front)
    for fracture_mode, scale in enumerate(scales):
        integral.choose(fracture_mode)
        for number, mode in enumerate(problem.modes):
            forces = integral.forces(number)
            for ring, ramp in enumerate(ramps):
                k[ring, fracture_mode, MODES.index(mode)] = scale * basis.release_rate(forces * ramp)
    middle = k[len(RINGS) // 2]
    spread = np.ptp(k[:, 0, 0], axis=0) / middle[0, 0]
    return FrontK(
        basis.phi, basis.position, basis.vertex, middle, spread, opening_k(problem, solutions, basis)
    )


class _Interaction:
    """Nodal configurational forces of a solution with an auxiliary field."""

    def __init__(self, problem: PatchProblem, solutions: Sequence, cells: np.ndarray, front: EllipticFront):
        self._problem, self._solutions, self._cells, self._front = problem, solutions, cells, front
        mesh = problem.mesh
        cell = mesh.basix_cell()
        points, _ = basix.make_quadrature(basix.CellType.tetrahedron, _QUADRATURE)
        places = fem.Expression(ufl.SpatialCoordinate(mesh), points).eval(mesh, cells).reshape(-1, 3)
        self._stencil = _Stencil(front, places)

        def quadrature_function(shape):
            element = basix.ufl.quadrature_element(cell, value_shape=shape, degree=_QUADRATURE)
            return fem.Function(fem.functionspace(mesh, element))

        self._gradient, self._force = quadrature_function((3, 3)), quadrature_function((3,))
        self._perturbation, self._coefficients = fem.Function(problem.space), problem.mode_coefficients()
        gradient = ufl.grad(self._perturbation) + ufl.grad(problem.far_displacement(self._coefficients))
        stress, auxiliary = problem.stress(gradient), problem.stress(self._gradient)
        momentum = (
            ufl.inner(stress, ufl.sym(self._gradient)) * ufl.Identity(3)
            - ufl.dot(self._gradient.T, stress)
            - ufl.dot(gradient.T, auxiliary)
        )
        test = ufl.TestFunction(problem.coarse_space)
        entities = fem.compute_integration_domains(fem.IntegralType.cell, mesh.topology, cells)
        dx = ufl.Measure(
            "dx", mesh, subdomain_data=[(1, entities)], metadata={"quadrature_degree": _QUADRATURE}
        )
        self._face_stress = fem.Function(fem.functionspace(mesh, ("Lagrange", 2)))
        facets = self._faces_within(cells)
        faces = fem.compute_integration_domains(fem.IntegralType.exterior_facet, mesh.topology, facets)
        ds = ufl.Measure("ds", mesh, subdomain_data=[(1, faces)], metadata={"quadrature_degree": _QUADRATURE})
        opening_traction = self._face_stress * ufl.FacetNormal(mesh)[0]
        self._form = fem.form(
            (ufl.inner(momentum, ufl.grad(test)) - ufl.dot(ufl.dot(self._force, gradient), test)) * dx(1)
            + opening_traction * ufl.dot(gradient[0, :], test) * ds(1)
        )

    def _faces_within(self, cells: np.ndarray) -> np.ndarray:
        """Crack-face facets of the given cells."""
        facets = self._problem.patch_mesh.face("flaw")
        cell_of = self._problem.mesh.topology.connectivity(2, 3)
        return facets[np.isin([cell_of.links(facet)[0] for facet in facets], cells)]

    def choose(self, fracture_mode: int) -> None:
        """Use the auxiliary field of mode I, II or III (0, 1, 2)."""
        ply = self._problem.patch.plies[0]
        gradient, force = self._stencil.derivatives(fracture_mode, ply.shear_modulus, ply.poisson_ratio)
        for function, values in ((self._gradient, gradient), (self._force, force)):
            rows = function.function_space.dofmap.list[self._cells].ravel()
            width = function.function_space.dofmap.index_map_bs
            function.x.array.reshape(-1, width)[rows] = values.reshape(len(rows), width)
        self._face_stress.x.array[:] = self._hoop_face_stress() if fracture_mode == 1 else 0.0

    def _hoop_face_stress(self) -> np.ndarray:
        """Normal stress that unit K_II leaves on the crack faces: lambda times the hoop strain u_n c / (1 - c r)."""
        space = self._face_stress.function_space
        x = space.tabulate_dof_coordinates()
        distance, phi = self._front.project(x)
        ply = self._problem.patch.plies[0]
        shear, poisson = ply.shear_modulus, ply.poisson_ratio
        along = np.sqrt(distance / (2 * np.pi)) * (4 - 4 * poisson) / (2 * shear)
        curvature = self._front.curvature(phi)
        lame = 2 * shear * poisson / (1 - 2 * poisson)
        scale = np.maximum(1 - curvature * distance, 1e-3)  # only needed within the rings
        # Both faces lie at x = 0: the side is that of the cells around a node.
        nodes = space.dofmap.list[self._cells]
        side = np.zeros(len(x))
        middle = x[nodes].mean(axis=1)[:, 0]
        side[nodes] = np.sign(middle)[:, None]
        return side * lame * along * curvature / scale

    def forces(self, number: int) -> np.ndarray:
        """Nodal forces with one of the problem's modes, shape (n_vertices, 3)."""
        self._perturbation.x.array[:] = self._solutions[number].x.array
        self._coefficients.value[:] = unit_mode(self._problem.modes[number])
        return fem.petsc.assemble_vector(self._form).array.reshape(-1, 3).copy()


class _Stencil:
    """Front coordinates of points and their neighbours, for differences of the auxiliary fields.

    Args:
        front: The front.
        points: Points inside the body, um, shape (n, 3).
    """

    def __init__(self, front: EllipticFront, points: np.ndarray):
        distance, guess = front.project(points)
        centre = front.refine(points, guess)
        self._step = _STEP * distance
        # The side of the crack plane that a point counts to: differences must never jump over a face.
        branch = np.sign(points[:, 0])
        self._frames = {}
        for offset in itertools.product((-1, 0, 1), repeat=3):
            if np.count_nonzero(offset) < 3:
                moved = points + self._step[:, None] * np.array(offset)
                self._frames[offset] = _front_coordinates(front, moved, centre, branch)

    def derivatives(self, mode: int, shear: float, poisson: float) -> tuple[np.ndarray, np.ndarray]:
        """Gradient (n, 3, 3; component, direction) and divergence of the stress (n, 3) of a unit-K field."""
        u = {
            offset: _unit_displacement(*frame, mode, shear, poisson) for offset, frame in self._frames.items()
        }
        axes = np.eye(3, dtype=int)
        step = self._step[:, None]
        gradient = np.stack([(u[tuple(e)] - u[tuple(-e)]) / (2 * step) for e in axes], axis=2)
        second = np.zeros((len(step), 3, 3, 3))
        for j, e in enumerate(axes):
            second[:, :, j, j] = (u[tuple(e)] + u[tuple(-e)] - 2 * u[0, 0, 0]) / step**2
            for k, f in enumerate(axes[:j]):
                mixed = u[tuple(e + f)] + u[tuple(-e - f)] - u[tuple(e - f)] - u[tuple(f - e)]
                second[:, :, j, k] = second[:, :, k, j] = mixed / (4 * step**2)
        lame = 2 * shear * poisson / (1 - 2 * poisson)
        laplacian = np.einsum("nijj->ni", second)
        grad_div = np.einsum("njij->ni", second)
        return gradient, shear * laplacian + (lame + shear) * grad_div


def _front_coordinates(
    front: EllipticFront, points: np.ndarray, guess: np.ndarray, branch: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distance (n,), angle (n,) and outward normal (n, 3) of points in the frame of the nearest front point."""
    phi = front.refine(points, guess, steps=2)
    normal = front.normal(phi)
    ahead = np.einsum("ni,ni->n", points - front.point(phi), normal)
    angle = np.arctan2(points[:, 0], ahead)
    angle = np.where(angle * branch < -np.pi / 2, angle + 2 * np.pi * branch, angle)
    return np.hypot(ahead, points[:, 0]), angle, normal


def _unit_displacement(
    radius: np.ndarray, angle: np.ndarray, normal: np.ndarray, mode: int, shear: float, poisson: float
) -> np.ndarray:
    """Displacement (um) of K = 1 MPa um^0.5 in Cartesian components, shape (n, 3) (Williams 1957)."""
    cos, sin = np.cos(angle / 2), np.sin(angle / 2)
    root = np.sqrt(radius / (2 * np.pi)) / (2 * shear)
    kappa = 3 - 4 * poisson
    b = np.array([1.0, 0.0, 0.0])
    if mode == 2:
        return (4 * root * sin)[:, None] * np.cross(normal, b)
    if mode == 0:
        along, across = cos * (kappa - 1 + 2 * sin**2), sin * (kappa + 1 - 2 * cos**2)
    else:
        along, across = sin * (kappa + 1 + 2 * cos**2), -cos * (kappa - 1 - 2 * sin**2)
    return (root * along)[:, None] * normal + (root * across)[:, None] * b
