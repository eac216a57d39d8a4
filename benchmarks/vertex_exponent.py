"""Stress exponent where a mode I crack front meets a free face at a right angle, against Benthem (1977).

    .venv/bin/python benchmarks/vertex_exponent.py

With u = r^a f on rays from the vertex, equilibrium of the quarter of the half-space becomes a quadratic eigenvalue
problem on the unit sphere (Bazant & Estenssoro 1979, here in its weak form): for all g

    int C(grad f + a f x e_r) : (grad g - (a + 1) g x e_r) = 0 .

The stress exponent is 1 - a. Quadratic elements, graded towards the front; about 5 s a value.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from rollmech.backend import MPI, basix, dolfinx, ufl
from rollmech.risk.assumptions.vertex import vertex_exponent

fem = dolfinx.fem
# Radius of the hole around the front, radians; edges grow from there.
_HOLE = 1e-5
_NEAR = 0.56


def sphere_mesh(around: int = 12, along: int = 30):
    """Quarter of the lower half-sphere: front at -z, ligament x = 0 < y, crack face x = 0 > y, free face z = 0."""
    theta = np.concatenate([np.geomspace(_HOLE, 0.3, along + 1)[:-1], np.linspace(0.3, np.pi / 2, 9)])
    phi = np.linspace(0, np.pi, around + 1)
    t, p = np.meshgrid(_with_middles(theta), _with_middles(phi), indexing="ij")
    points = np.stack([np.sin(t) * np.sin(p), np.sin(t) * np.cos(p), -np.cos(t)], -1)
    index = np.arange(t.size).reshape(t.shape)
    order = ((0, 0), (2, 0), (0, 2), (2, 2), (1, 0), (0, 1), (2, 1), (1, 2), (1, 1))
    cells = [
        [index[2 * i + a, 2 * j + b] for a, b in order] for i in range(len(theta) - 1) for j in range(around)
    ]
    variant = basix.LagrangeVariant.equispaced
    element = basix.ufl.element("Lagrange", "quadrilateral", 2, shape=(3,), lagrange_variant=variant)
    return dolfinx.mesh.create_mesh(
        MPI.COMM_SELF, np.array(cells, dtype=np.int64), element, points.reshape(-1, 3)
    )


def _with_middles(values: np.ndarray) -> np.ndarray:
    return np.sort(np.concatenate([values, (values[1:] + values[:-1]) / 2]))


def matrices(mesh, poisson: float) -> list[sp.csr_matrix]:
    """K0, K1, K2 of (K0 + a K1 + a^2 K2) f = 0, the ligament held in x."""
    space = fem.functionspace(mesh, ("Lagrange", 2, (3,)))
    f, g = ufl.TrialFunction(space), ufl.TestFunction(space)
    x = ufl.SpatialCoordinate(mesh)
    radial = x / ufl.sqrt(ufl.dot(x, x))
    lame, shear = poisson / ((1 + poisson) * (1 - 2 * poisson)), 1 / (2 * (1 + poisson))
    dx = ufl.Measure("dx", mesh, metadata={"quadrature_degree": 6})

    def work(a, b) -> sp.csr_matrix:
        stress = lame * ufl.tr(a) * ufl.Identity(3) + 2 * shear * ufl.sym(a)
        return fem.assemble_matrix(fem.form(ufl.inner(stress, b) * dx)).to_scipy().tocsr()

    slope, spoke = ufl.grad, lambda w: ufl.outer(w, radial)
    gg, rg = work(slope(f), slope(g)), work(spoke(f), slope(g))
    gr, rr = work(slope(f), spoke(g)), work(spoke(f), spoke(g))
    position = space.tabulate_dof_coordinates()
    held = 3 * np.flatnonzero((np.abs(position[:, 0]) < 1e-12) & (position[:, 1] > 0))
    kept = np.setdiff1d(np.arange(gg.shape[0]), held)
    return [m[kept][:, kept] for m in (gg - gr, rg - gr - rr, -rr)]


def stress_exponent(mesh, poisson: float) -> float:
    """Exponent of the stress: 1 less the eigenvalue between the rigid motions a = 0 and a = 1."""
    k0, k1, k2 = matrices(mesh, poisson)
    one = sp.identity(k0.shape[0], format="csr")
    left = sp.bmat([[None, one], [-k0, -k1]]).tocsc()
    right = sp.bmat([[one, None], [None, k2]]).tocsc()
    factor = sla.splu((left - _NEAR * right).tocsc())
    inverse = sla.LinearOperator(left.shape, matvec=lambda v: factor.solve(right @ v), dtype=float)
    found = _NEAR + 1 / sla.eigs(inverse, k=4, return_eigenvectors=False, tol=1e-9)
    inner = found.real[(found.real > 0.1) & (found.real < 0.9)]
    return float(1 - inner[0])


def main() -> None:
    """Print found and tabulated exponents."""
    mesh = sphere_mesh()
    print("Poisson's ratio  exponent  interpolated")
    for poisson in (0.0, 0.075, 0.15, 0.257, 0.3, 0.4, 0.45, 0.49):
        print(f"{poisson:15g}  {stress_exponent(mesh, poisson):8.4f}  {vertex_exponent(poisson):12.4f}")


if __name__ == "__main__":
    main()
