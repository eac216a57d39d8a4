"""Linear elasticity of a patch under the far-stress modes, one perturbation per mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.backend import dolfinx, ufl
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import PatchMesh

fem = dolfinx.fem

MODES = ("x_membrane", "x_bending", "y_membrane", "y_bending", "xy_membrane", "xy_bending")
"""Unit far-stress states of the flawed ply; the order of every array over modes."""

# Odd on purpose: at degree 4 a quadrature point falls where a quarter-point element's map is singular.
QUADRATURE = 3


def unit_mode(mode: str) -> np.ndarray:
    """Coefficients of one unit mode, shape (6,)."""
    return np.array([float(name == mode) for name in MODES])


@dataclass
class PatchProblem:
    """Function spaces, moduli and forms of one meshed patch.

    The total field of mode k is the closed-form far field plus a perturbation that cancels the far tractions
    on the flaw and is force-free on every other face. Moduli are cell-wise coefficients, so that another
    material, thickness or load reuses the compiled forms.
    """

    patch: Patch
    patch_mesh: PatchMesh

    @property
    def mesh(self):
        """The DOLFINx mesh."""
        return self.patch_mesh.mesh

    @property
    def dimension(self) -> int:
        """2 (plane strain in x, z) or 3."""
        return self.patch_mesh.dimension

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes that put tractions on the flaw; all others leave the far field undisturbed."""
        if self.dimension == 2 or self.patch.flaw.kind == "crack":
            return MODES[:2] if self.symmetric else (*MODES[:2], *MODES[4:])
        return MODES[:4]

    @property
    def symmetric(self) -> bool:
        """Whether the mesh is a part of the patch that symmetry completes."""
        return "symmetry_x" in self.patch_mesh.faces

    @cached_property
    def space(self):
        """Quadratic displacements."""
        return fem.functionspace(self.mesh, ("Lagrange", 2, (self.dimension,)))

    @cached_property
    def coarse_space(self):
        """Linear displacements on the same mesh."""
        return fem.functionspace(self.mesh, ("Lagrange", 1, (self.dimension,)))

    @cached_property
    def moduli(self) -> tuple:
        """Young's modulus (MPa) and Poisson's ratio as cell-wise constants."""
        space = fem.functionspace(self.mesh, ("DG", 0))
        young, poisson = fem.Function(space, name="E"), fem.Function(space, name="nu")
        plies = self.patch.plies
        young.x.array[:] = np.array([p.youngs_modulus for p in plies])[self.patch_mesh.ply]
        poisson.x.array[:] = np.array([p.poisson_ratio for p in plies])[self.patch_mesh.ply]
        return young, poisson

    def stress(self, gradient):
        """Stress (MPa) of a displacement gradient; plane strain in two dimensions."""
        young, poisson = self.moduli
        strain = ufl.sym(gradient)
        lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
        shear = young / (2 * (1 + poisson))
        return lame * ufl.tr(strain) * ufl.Identity(self.dimension) + 2 * shear * strain

    @contextmanager
    def stiff_ends(self, factor: float = 1e2) -> Iterator[None]:
        """Make the cells on the patch's ends (nearly) rigid for a while."""
        young, _ = self.moduli
        facets = np.concatenate([self.patch_mesh.face("end_x"), self.patch_mesh.face("end_y")])
        facet_to_cell = self.mesh.topology.connectivity(self.dimension - 1, self.dimension)
        cells = np.unique([facet_to_cell.links(facet)[0] for facet in facets])
        saved = young.x.array.copy()
        young.x.array[cells] *= factor
        try:
            yield
        finally:
            young.x.array[:] = saved

    def stiffness(self, space):
        """Compiled stiffness form of a displacement space."""
        u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
        dx = ufl.Measure("dx", self.mesh, metadata={"quadrature_degree": QUADRATURE})
        return fem.form(ufl.inner(self.stress(ufl.grad(u)), ufl.sym(ufl.grad(v))) * dx)

    def mode_coefficients(self):
        """A fresh set of mode coefficients (MPa), zero, in the order of ``MODES``."""
        return fem.Constant(self.mesh, np.zeros(len(MODES)))

    @cached_property
    def _constants(self) -> tuple:
        """Thickness, Young's modulus and Poisson's ratio of the flawed ply, not baked into the code."""
        ply = self.patch.plies[0]
        values = (ply.thickness, ply.youngs_modulus, ply.poisson_ratio)
        return tuple(fem.Constant(self.mesh, float(value)) for value in values)

    @property
    def _height(self):
        """Coordinate z, zero on the flawed face."""
        return ufl.SpatialCoordinate(self.mesh)[self.dimension - 1]

    def far_stress(self, coefficients):
        """Far stress tensor (MPa) in the flawed ply."""
        c, (thickness, _, _) = coefficients, self._constants
        zeta = 1 + 2 * self._height / thickness
        x, y, xy = c[0] + c[1] * zeta, c[2] + c[3] * zeta, c[4] + c[5] * zeta
        if self.dimension == 2:
            return ufl.as_matrix([[x, 0], [0, 0]])
        return ufl.as_matrix([[x, xy, 0], [xy, y, 0], [0, 0, 0]])

    def far_displacement(self, coefficients):
        """Displacement (um) of the far stress as a homogeneous body of the flawed ply's moduli has it.

        Differs from the laminate's by rigid motion and eigenstrain only, hence has the same elastic gradient
        inside the flawed ply. Plane model: plane strain with the same in-plane stress.
        """
        c, (h, e, nu) = coefficients, self._constants
        x, z = ufl.SpatialCoordinate(self.mesh)[0], self._height
        uniform_x, slope_x = c[0] + c[1], 2 * c[1] / h
        if self.dimension == 2:
            e, nu = e / (1 - nu**2), nu / (1 - nu)
            return ufl.as_vector(
                (
                    (uniform_x * x + slope_x * x * z) / e,
                    -(nu * uniform_x * z + slope_x * (nu * z**2 + x**2) / 2) / e,
                )
            )
        y = ufl.SpatialCoordinate(self.mesh)[1]
        uniform_y, slope_y = c[2] + c[3], 2 * c[3] / h
        normal = -nu * (uniform_x + uniform_y) * z - nu * (slope_x + slope_y) * z**2 / 2
        bent = (slope_x * (nu * y**2 - x**2) + slope_y * (nu * x**2 - y**2)) / 2
        shear, twist = (1 + nu) * (c[4] + c[5]), (1 + nu) * 2 * c[5] / h
        return ufl.as_vector(
            (
                (
                    (uniform_x - nu * uniform_y) * x
                    + (slope_x - nu * slope_y) * x * z
                    + (shear + twist * z) * y
                )
                / e,
                (
                    (uniform_y - nu * uniform_x) * y
                    + (slope_y - nu * slope_x) * y * z
                    + (shear + twist * z) * x
                )
                / e,
                (normal + bent - twist * x * y) / e,
            )
        )

    def loads(self, space, modes: tuple[str, ...]) -> list:
        """Load vectors of unit modes: the tractions that cancel the far stress on the flaw."""
        coefficients = self.mode_coefficients()
        normal, v = ufl.FacetNormal(self.mesh), ufl.TestFunction(space)
        facets = self.patch_mesh.face("flaw")
        entities = fem.compute_integration_domains(
            fem.IntegralType.exterior_facet, self.mesh.topology, facets
        )
        ds = ufl.Measure("ds", self.mesh, subdomain_data=[(1, entities)], metadata={"quadrature_degree": 5})
        form = fem.form(-ufl.inner(ufl.dot(self.far_stress(coefficients), normal), v) * ds(1))
        vectors = []
        for mode in modes:
            coefficients.value[:] = unit_mode(mode)
            vectors.append(fem.petsc.assemble_vector(form))
        return vectors

    def supports(self, space) -> list:
        """Symmetry planes, and single nodes that stop the rigid motion left over and carry no force."""
        if not self.symmetric:
            corners = np.diag([1.0, 1.0, 1.0]) * 2 - 1
            # Three corners of the patch's far side: all of one, two components of the next, one of the last.
            held = ((corners[2], (0, 1, 2)), (corners[0], (1, 2)), (corners[1], (2,)))
            return [self._pin(space, signs, i) for signs, components in held for i in components]
        faces = [("symmetry_x", 0), ("symmetry_y", 1)] if self.dimension == 3 else [("symmetry_x", 0)]
        conditions = []
        for name, component in faces:
            facets = self.patch_mesh.face(name)
            if facets.size:
                sub = space.sub(component)
                dofs = fem.locate_dofs_topological(sub, self.dimension - 1, facets)
                conditions.append(fem.dirichletbc(0.0, dofs, sub))
        return [*conditions, self._pin(space, np.array([1.0, 1.0, -1.0]), self.dimension - 1)]

    def _pin(self, space, signs: np.ndarray, component: int):
        """Hold one component of the vertex nearest to a corner of the patch, given by signs (x, y, z)."""
        self.mesh.topology.create_connectivity(0, self.dimension)
        patch = self.patch
        target = np.where(
            signs > 0,
            [patch.half_length, patch.half_width, 0.0],
            [-patch.half_length, -patch.half_width, -patch.thickness],
        )
        if self.dimension == 2:
            target = np.array([target[0], target[2], 0.0])
        vertices = np.arange(self.mesh.topology.index_map(0).size_local, dtype=np.int32)
        x = dolfinx.mesh.compute_midpoints(self.mesh, 0, vertices)
        nearest = vertices[[np.argmin(np.linalg.norm(x - target, axis=1))]]
        sub = space.sub(component)
        return fem.dirichletbc(0.0, fem.locate_dofs_topological(sub, 0, nearest), sub)
