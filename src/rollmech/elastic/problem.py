"""Linear elasticity of a patch under the far-stress modes, one perturbation per mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rollmech.backend import MPI, PETSc, dolfinx, ufl
from rollmech.elastic.far_field import FarStress, plies_of_mode, precedes_filling, split_mode
from rollmech.flaws.bridge import MODE as BRIDGED
from rollmech.materials.moduli import LARGEST_CONTRAST
from rollmech.mesh.patch import Patch
from rollmech.mesh.patchmesh import PatchMesh
from rollmech.mesh.simplices import embedded

fem = dolfinx.fem

# Odd on purpose: at degree 4 a quadrature point falls where a quarter-point element's map is singular.
QUADRATURE = 3
FACE_QUADRATURE = 5
MOUTH_QUADRATURE = 10


@dataclass
class PatchProblem:
    """Function spaces, moduli and forms of one meshed patch.

    The total field of mode k is the closed-form far field plus a perturbation that cancels the far tractions
    on the flaw and is force-free on every other face. Displacements have three components (x, y, z) in plane
    models, too: plane strain in x, z and antiplane shear along y. Moduli are cell-wise coefficients, so that
    another material, thickness or load reuses the compiled forms.
    """

    patch: Patch
    patch_mesh: PatchMesh

    @property
    def mesh(self):
        """The DOLFINx mesh."""
        return self.patch_mesh.mesh

    @property
    def dimension(self) -> int:
        """2 (generalised plane strain in x, z) or 3."""
        return self.patch_mesh.dimension

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Modes that put tractions on the flaw; all others leave the far field undisturbed."""
        return tuple(mode for mode in self.patch.modes if self._component(mode) in self._loading)

    @staticmethod
    def _component(mode: str) -> str:
        """What of a mode may load the flaw: a stress component, or its own name."""
        return split_mode(mode)[0].removeprefix("cover ").split("_")[0]

    @property
    def _loading(self) -> tuple[str, ...]:
        """Stress components that put tractions on the flaw and do not break the mesh's symmetry."""
        if self.patch.sheared:
            return ("xy",)
        if self.patch.flaw.kind == "pit" or self.patch.fill is not None:
            return ("x", "y", "profile", "misfit")
        if self.patch.flaw.kind == "pore":
            return ("x", "y" if self.dimension == 3 else "xy", "profile", "pressure")
        if self.patch.flaw.kind == "delamination":
            return ("x", "xy", "profile", "pressure") if self.patch.flaw.from_cut else ("pressure",)
        if self.dimension == 3 and self.symmetric:
            return ("x", "profile", BRIDGED)
        return ("x", "xy", "profile", BRIDGED)

    @property
    def symmetric(self) -> bool:
        """Whether the mesh is a part of the patch that symmetry completes."""
        return "symmetry_x" in self.patch_mesh.faces

    @property
    def copies(self) -> int:
        """How many times the modelled part of a front's surroundings makes up the whole: twice for a crack in x = 0."""
        front = self.patch.front
        return 2 if self.symmetric and front is not None and abs(front.crack_normal[0]) > 0.5 else 1

    @cached_property
    def space(self):
        """Quadratic displacements."""
        return fem.functionspace(self.mesh, ("Lagrange", 2, (3,)))

    @cached_property
    def coarse_space(self):
        """Linear displacements on the same mesh."""
        return fem.functionspace(self.mesh, ("Lagrange", 1, (3,)))

    @cached_property
    def vertices(self) -> np.ndarray:
        """Mesh vertices in the order of the linear space, um, shape (n_vertices, 3)."""
        return embedded(self.coarse_space.tabulate_dof_coordinates()[:, : self.dimension])

    @property
    def owned_vertices(self) -> int:
        """Number of leading ``vertices`` that belong to this rank."""
        return self.coarse_space.dofmap.index_map.size_local

    @cached_property
    def moduli(self) -> tuple:
        """Young's modulus (MPa) and Poisson's ratio as cell-wise constants."""
        space = fem.functionspace(self.mesh, ("DG", 0))
        young, poisson = fem.Function(space, name="E"), fem.Function(space, name="nu")
        plies = [*self.patch.plies, *([self.patch.fill] if self.patch.fill else [])]
        young.x.array[:] = np.array([p.youngs_modulus for p in plies])[self.patch_mesh.ply]
        poisson.x.array[:] = np.array([p.poisson_ratio for p in plies])[self.patch_mesh.ply]
        return young, poisson

    def gradient(self, u):
        """Displacement gradient (component, direction), shape (3, 3); nothing changes along y in a plane model."""
        if self.dimension == 3:
            return ufl.grad(u)
        return ufl.as_matrix([[u[i].dx(0), 0, u[i].dx(1)] for i in range(3)])

    def stress(self, gradient):
        """Stress (MPa) of a displacement gradient."""
        young, poisson = self.moduli
        strain = ufl.sym(gradient)
        lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
        shear = young / (2 * (1 + poisson))
        return lame * ufl.tr(strain) * ufl.Identity(3) + 2 * shear * strain

    @property
    def facet_normal(self):
        """Outward normal of facets, with three components."""
        normal = ufl.FacetNormal(self.mesh)
        return normal if self.dimension == 3 else ufl.as_vector([normal[0], 0, normal[1]])

    @cached_property
    def far(self) -> FarStress:
        """Far stress of one mode at a time."""
        return FarStress(self.patch, self.mesh, self.patch_mesh.ply)

    @contextmanager
    def stiff_ends(self, factor: float = 1e2) -> Iterator[None]:
        """Make the cells on the patch's ends (nearly) rigid for a while."""
        young, _ = self.moduli
        facets = np.concatenate([self.patch_mesh.face("end_x"), self.patch_mesh.face("end_y")])
        cells = np.unique(self.patch_mesh.cells_of(facets))
        saved = young.x.array.copy()
        young.x.array[cells] *= factor
        try:
            yield
        finally:
            young.x.array[:] = saved

    def stiffness(self, space):
        """Compiled stiffness form of a displacement space."""
        return fem.form(self.strain_energy(ufl.TrialFunction(space), ufl.TestFunction(space)))

    def strain_energy(self, u, v):
        """Bilinear form of twice the strain energy."""
        # Strain of linear displacements is (but for bent cells) constant.
        degree = 1 if v.ufl_function_space() == self.coarse_space else QUADRATURE
        dx = ufl.Measure("dx", self.mesh, metadata={"quadrature_degree": degree})
        energy = ufl.inner(self.stress(self.gradient(u)), ufl.sym(self.gradient(v))) * dx
        if not self.patch.cover:
            return energy
        strain, other = self.face_strain(u), self.face_strain(v)
        stiffness, held = (fem.Constant(self.mesh, part) for part in self.patch.membrane)
        force = held * ufl.tr(strain) * ufl.tr(other) + (1 - held) * ufl.inner(strain, other)
        return energy + stiffness * force * self.faces(2)

    def face_strain(self, u):
        """Strain of the flawed face within itself; a cover on it stretches alike."""
        gradient = self.gradient(u)
        inside = ufl.as_matrix(
            [[gradient[i, j] if i < 2 and j < 2 else 0 for j in range(3)] for i in range(3)]
        )
        return ufl.sym(inside)

    @cached_property
    def faces(self):
        """Measures over the flaw (1) and the flawed face (2); one form takes one set of facets."""
        domains = [
            (
                i + 1,
                fem.compute_integration_domains(fem.IntegralType.exterior_facet, self.mesh.topology, facets),
            )
            for i, facets in enumerate(map(self.patch_mesh.face, ("flaw", "flawed_face")))
        ]
        metadata = {"quadrature_degree": FACE_QUADRATURE}
        return ufl.Measure("ds", self.mesh, subdomain_data=domains, metadata=metadata)

    def face_measure(self, facets: np.ndarray, degree: int = FACE_QUADRATURE):
        """Measure over some of this rank's boundary facets."""
        entities = fem.compute_integration_domains(
            fem.IntegralType.exterior_facet, self.mesh.topology, facets
        )
        metadata = {"quadrature_degree": degree}
        return ufl.Measure("ds", self.mesh, subdomain_data=[(1, entities)], metadata=metadata)(1)

    def loads(self, space, modes: tuple[str, ...]) -> list:
        """Load vectors of unit modes: the tractions that cancel the far stress on the flaw, and what a filler's
        stress at the far strain misses of the far stress (the equivalent inclusion of Eshelby 1957)."""
        form = self._load_form(space)
        vectors = []
        for mode in modes:
            self.far.choose(mode)
            vectors.append(summed(fem.petsc.assemble_vector(form)))
        return vectors

    def stages(self) -> Iterator[tuple[str, ...]]:
        """Modes that share one stiffness, which holds while they are at hand: a filler comes after residual stress, a
        layer that is laminated on the way after the stress from before."""
        filled = self.patch.fill is not None
        emptied = tuple(mode for mode in self.modes if filled and precedes_filling(mode))
        staged = {n: tuple(m for m in self.modes if plies_of_mode(m) == n) for n in self.patch.earlier}
        yield tuple(m for m in self.modes if m not in emptied and plies_of_mode(m) is None)
        ply = self.patch_mesh.ply
        for modes, absent in (
            (emptied, ply == self.patch.filler),
            *((modes, ply >= n) for n, modes in staged.items()),
        ):
            if modes:
                with self._without(absent):
                    yield modes

    @contextmanager
    def _without(self, absent: np.ndarray) -> Iterator[None]:
        """Make cells as soft as the solver bears for a while: the patch before they came."""
        young, _ = self.moduli
        saved = young.x.array.copy()
        young.x.array[absent] = self.patch.plies[0].youngs_modulus / LARGEST_CONTRAST
        try:
            yield
        finally:
            young.x.array[:] = saved

    def load(self, space, weights: np.ndarray):
        """Load vector of a sum of the patch's modes, with weights of shape (modes,)."""
        self.far.combine(weights)
        return summed(fem.petsc.assemble_vector(self._load_form(space)))

    def _load_form(self, space):
        v = ufl.TestFunction(space)
        ds = self.faces(1)
        load = -ufl.inner(ufl.dot(self.far.tensor, self.facet_normal), v) * ds
        if self.patch.fill is not None:
            dx = ufl.Measure("dx", self.mesh, metadata={"quadrature_degree": QUADRATURE})
            load += ufl.inner(self.far.mismatch, ufl.sym(self.gradient(v))) * dx
        if self.patch.cover:
            load -= self._mouth(v) * self.faces(2, metadata={"quadrature_degree": MOUTH_QUADRATURE})
        return fem.form(load)

    def _mouth(self, v):
        """A cover's force, cut along the mouth of the flaw, by the divergence of what it does on the face: the cut's
        edge has no measure. The weight is one around the flaw (to 1e-8), zero at the patch's ends, and a polynomial,
        since what quadrature leaves would pull on the whole patch."""
        places, patch = ufl.SpatialCoordinate(self.mesh), self.patch
        ends = [(places[0], patch.half_length)] + (
            [(places[1], patch.half_width)] if self.dimension == 3 else []
        )
        weight = 1.0
        for place, end in ends:
            weight = weight * (1 - (place / fem.Constant(self.mesh, float(end))) ** 8)
        return ufl.inner(self.far.cover, self.gradient(weight * v))

    def supports(self, space) -> list:
        """Symmetry planes, and single nodes that stop the rigid motion left over and carry no force."""
        if not self.symmetric:
            corners = np.diag([1.0, 1.0, 1.0]) * 2 - 1
            # Three corners of the patch's far side: all of one, two components of the next, one of the last.
            held = ((corners[2], (0, 1, 2)), (corners[0], (1, 2)), (corners[1], (2,)))
            return [self._pin(space, signs, i) for signs, components in held for i in components]
        if self.patch.sheared:
            return self._odd_supports(space)
        # Antiplane shear is odd about x = 0, in-plane loads move no point of a plane model along y.
        faces = [("symmetry_x", 0), ("symmetry_y", 1) if self.dimension == 3 else ("symmetry_x", 1)]
        pins = [((1, 1, -1), 2)]
        if self.patch.at_edge:
            faces, pins = faces[:1], [*pins, ((1, -1, -1), 2), ((1, 1, -1), 1)]
        conditions = []
        for name, component in faces:
            sub = space.sub(component)
            dofs = self._mirrored(sub, name)
            conditions.append(fem.dirichletbc(0.0, dofs, sub))
        return conditions + [self._pin(space, np.array(signs), component) for signs, component in pins]

    def _odd_supports(self, space) -> list:
        """Planes of symmetry under a load that is odd in both: only their normal displacement is free, and a node stops
        the turn within the face that is left over."""
        held = [("symmetry_x", (1, 2)), ("symmetry_y", (0, 2))]
        conditions = []
        for name, components in held:
            for component in components:
                sub = space.sub(component)
                conditions.append(fem.dirichletbc(0.0, self._mirrored(sub, name), sub))
        return [*conditions, self._pin(space, np.array([1, -1, -1]), 1)]

    def _mirrored(self, sub, name: str) -> np.ndarray:
        """Unknowns on a symmetry plane, but for the mouth of a root crack under a filler, which may open.

        Held, it would stitch the crack: a soft filler takes any opening over next to no length.
        """
        facets = self.patch_mesh.face(name)
        if self.patch.fill is None:
            return fem.locate_dofs_topological(sub, self.dimension - 1, facets)
        filled = self.patch_mesh.ply[self.patch_mesh.cells_of(facets)] == self.patch.filler
        groups = (facets[~filled], facets[filled], self.patch_mesh.face("flaw"))
        own, filler, free = (fem.locate_dofs_topological(sub, self.dimension - 1, f) for f in groups)
        return np.union1d(own, np.setdiff1d(filler, free)).astype(np.int32)

    def _pin(self, space, signs: np.ndarray, component: int):
        """Hold one component of the vertex nearest to a corner of the patch, given by signs (x, y, z)."""
        patch, topology = self.patch, self.mesh.topology
        topology.create_connectivity(0, self.dimension)
        target = np.where(
            signs > 0,
            [patch.half_length, patch.half_width, 0.0],
            [-patch.half_length, -patch.half_width, -patch.thickness],
        )
        if self.dimension == 2:
            target[1] = 0.0
        vertices = np.arange(topology.index_map(0).size_local, dtype=np.int32)
        x = embedded(dolfinx.mesh.compute_midpoints(self.mesh, 0, vertices)[:, : self.dimension])
        distance = np.linalg.norm(x - target, axis=1)
        nearest = int(np.argmin(distance))
        _, rank = self.mesh.comm.allreduce((distance[nearest], self.mesh.comm.rank), op=MPI.MINLOC)
        held = vertices[[nearest]] if rank == self.mesh.comm.rank else vertices[:0]
        sub = space.sub(component)
        return fem.dirichletbc(0.0, fem.locate_dofs_topological(sub, 0, held), sub)


def summed(vector):
    """An assembled vector with the contributions of all ranks added up."""
    vector.ghostUpdate(addv=PETSc.InsertMode.ADD, mode=PETSc.ScatterMode.REVERSE)
    return vector
