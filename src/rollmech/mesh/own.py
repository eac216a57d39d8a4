"""A mesh of the user's own against the case that it is for: what it has, and every thing that it lacks, at once.

Nothing here starts MPI, so that ``rollmech validate`` can tell in a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rollmech.case import Case
from rollmech.errors import Fault, InputError, nearest
from rollmech.mesh.declared import Declared, declared
from rollmech.mesh.meshfile import NamedMesh, read_mesh
from rollmech.mesh.ownfront import front_faults, front_ridges
from rollmech.mesh.ownshape import end_faults, layer_faults, unit_fault, wall_faults
from rollmech.mesh.topology import find_rows, is_facet, outer_facets


@dataclass
class OwnMesh:
    """A mesh file that fits its case.

    Attributes:
        declared: What it was checked against.
        mesh: Nodes and cells, as read.
        ply: Ply of every cell.
        faces: Name of each face to rows of ``outer_facets(mesh.cells)``.
        front: Corner nodes of the front's edges, shape (n, 2), or its tip, shape (1, 1).
        half_length: Extent of the mesh along x, um.
        half_width: Along y, um; 0 in the plane.
        whole: Whether both halves are there.
    """

    declared: Declared
    mesh: NamedMesh
    ply: np.ndarray
    faces: dict[str, np.ndarray]
    front: np.ndarray
    half_length: float
    half_width: float
    whole: bool


def read_own(case: Case) -> OwnMesh:
    """Read a case's mesh and hold it against the case.

    Raises:
        InputError: Everything that is missing or does not agree, with what would be accepted.
    """
    told = declared(case)
    check = _Check(told, read_mesh(told.given, told.flaw.dimension))
    own = check.run()
    if check.faults:
        raise InputError(told.given.file, check.faults)
    return own


@dataclass
class _Check:
    """One mesh held against one case; collects faults on the way."""

    told: Declared
    mesh: NamedMesh
    faults: list[Fault] = field(default_factory=list)

    def run(self) -> OwnMesh | None:
        """The mesh with its parts named, or None if too much is missing to say."""
        told, mesh = self.told, self.mesh
        ply = self._plies()
        self.faults += unit_fault(told, mesh)
        if any(fault.key == "mesh.unit" for fault in self.faults):
            self._flaw_nodes_named()
            return None  # every length would only be wrong again
        self.faults += layer_faults(told, mesh, ply)
        low, high = mesh.points[mesh.corners].min(axis=(0, 1)), mesh.points[mesh.corners].max(axis=(0, 1))
        whole = bool(low[0] < -told.tolerance)
        self.faults += end_faults(told, low, high, whole)
        facets, owner = outer_facets(mesh.corners, mesh.dimension)
        flaw = self._flaw(facets)
        if flaw is None:
            return None
        faces = self._faces(facets, flaw, low, high, whole)
        self.faults += wall_faults(told, mesh, facets[faces["flaw"]])
        front = np.empty((0, 1), dtype=int)
        if told.flaw.sharp:
            front = front_ridges(mesh, facets, owner, faces, whole)
            named = self._named_nodes("front")
            self.faults += front_faults(told, mesh, front, named, whole)
        width = float(high[1]) if mesh.dimension == 3 else 0.0
        return OwnMesh(told, mesh, ply, faces, front, float(high[0]), width, whole)

    def _lookup(self, table: str, key: str, dim: int, wanted: str) -> dict | None:
        """Group of a name; a fault and None where there is none of the right dimension."""
        name = getattr(self.told.given, table).get(key, key)
        group = self.mesh.groups.get(name, {})
        if dim in group:
            return group
        here = [n for n, dims in self.mesh.groups.items() if dim in dims]
        # Sets of nodes can name faces, not layers.
        here += list(self.mesh.point_groups) if table == "faces" else []
        if name in here:
            return group
        accepted = f"{wanted}; names in the file: {', '.join(sorted(here)) or 'none'}"
        problem = f"the file has no {('', 'lines', 'facets', 'cells')[dim]} named '{name}'"
        if dim == 2 and self.mesh.dimension == 2:
            problem = f"the file has no cells named '{name}'"
        self.faults.append(Fault(f"mesh.{table}.{key}", "", problem, accepted, nearest(name, here)))
        return None

    def _plies(self) -> np.ndarray:
        """Ply of every cell, -1 where no layer's name covers it."""
        ply = np.full(len(self.mesh.cells), -1, dtype=np.int32)
        missing = False
        for i, layer in enumerate(self.told.layers):
            wanted = f"cells named '{layer}', or mesh.regions.{layer} = the file's name for them"
            group = self._lookup("regions", layer, self.mesh.dimension, wanted)
            missing |= group is None
            if group is not None:
                cells = group[self.mesh.dimension]
                if np.any(ply[cells] >= 0):
                    problem = f"{np.count_nonzero(ply[cells] >= 0)} cells belong to another layer, too"
                    self.faults.append(Fault(f"mesh.regions.{layer}", "", problem, "one layer for each cell"))
                ply[cells] = i
        left = np.count_nonzero(ply < 0)
        if left and not missing:
            problem = f"{left} of {len(ply)} cells belong to no layer"
            layers = ", ".join(self.told.layers)
            self.faults.append(Fault("mesh.regions", "", problem, f"every cell in one of: {layers}"))
        return ply

    def _flaw_nodes_named(self) -> dict | None:
        wanted = "facets (or a set of nodes) named 'flaw': all surfaces of the flaw, crack faces included"
        return self._lookup("faces", "flaw", self.mesh.dimension - 1, wanted)

    def _flaw(self, facets: np.ndarray) -> np.ndarray | None:
        """Rows of the boundary facets named as the flaw."""
        group, dim = self._flaw_nodes_named(), self.mesh.dimension
        if group is None:
            return None
        if dim - 1 not in group:
            return self._between_nodes(facets)
        rows = find_rows(group[dim - 1], facets)
        lost = group[dim - 1][rows < 0]
        if len(lost):
            inner = is_facet(lost, self.mesh.cells, dim)
            problem = f"{len(lost)} of its {len(rows)} facets are no boundary of the cells"
            accepted = "facets whose nodes are those of the cells"
            if inner.any():
                problem += f", {np.count_nonzero(inner)} have cells on both sides: the crack is not opened"
                accepted = "faces with nodes of their own except along the front (gmsh: plugin Crack)"
            self.faults.append(Fault("mesh.faces.flaw", "", problem, accepted))
            return None
        return np.unique(rows)

    def _between_nodes(self, facets: np.ndarray) -> np.ndarray:
        """Facets whose corners are all in the flaw's set of nodes; those of a crack in its plane."""
        nodes = self.mesh.point_groups[self.told.given.faces.get("flaw", "flaw")]
        inside = np.isin(facets, nodes).all(axis=1)
        if self.told.flaw.kind == "crack":
            inside &= self._in_plane(facets, 0, 0.0)
        return np.flatnonzero(inside)

    def _in_plane(self, facets: np.ndarray, axis: int, value: float) -> np.ndarray:
        return (np.abs(self.mesh.points[facets][:, :, axis] - value) < self.told.tolerance).all(axis=1)

    def _faces(
        self, facets: np.ndarray, flaw: np.ndarray, low: np.ndarray, high: np.ndarray, whole: bool
    ) -> dict[str, np.ndarray]:
        """All boundary facets by name; those that nothing explains are a fault."""
        last = self.mesh.dimension - 1
        sides = [("end_x", 0, high[0]), ("end_x", 0, low[0] if whole else high[0])]
        sides += [("symmetry_x", 0, 0.0)] * (not whole)
        if last == 2:
            sides += [("end_y", 1, high[1]), ("end_y", 1, low[1] if whole else high[1])]
            sides += [("symmetry_y", 1, 0.0)] * (not whole)
        sides += [("flawed_face", last, 0.0), ("other_face", last, -self.told.depths[-1])]
        named = np.full(len(facets), "", dtype="U12")
        for name, axis, value in sides:
            named[self._in_plane(facets, axis, value) & (named == "")] = name
        if whole:  # files often name one side of a crack only
            named[self._in_plane(facets, 0, 0.0)] = "flaw"
        named[flaw] = "flaw"
        self._stray(facets[named == ""])
        self._agree(facets, named)
        return {str(name): np.flatnonzero(named == name) for name in np.unique(named) if name}

    def _stray(self, facets: np.ndarray) -> None:
        if not len(facets):
            return
        x = self.mesh.points[facets].mean(axis=1)
        box = " and ".join("(" + ", ".join(f"{v:.4g}" for v in p) + ")" for p in (x.min(0), x.max(0)))
        problem = f"{len(facets)} boundary facets between {box} um lie in no face of the patch and no flaw"
        accepted = "the flaw's facets all named, layers that share their nodes, a box around the flaw"
        self.faults.append(Fault("boundary", "", problem, accepted))

    def _agree(self, facets: np.ndarray, named: np.ndarray) -> None:
        """Symmetry planes that the file names must be those found."""
        for name in ("symmetry_x", "symmetry_y"):
            wanted = self.told.given.faces.get(name, name)
            group = self.mesh.groups.get(wanted, {}).get(self.mesh.dimension - 1)
            if group is None:
                if name in self.told.given.faces:
                    self._lookup("faces", name, self.mesh.dimension - 1, f"facets named '{wanted}'")
                continue
            differing = np.setxor1d(np.flatnonzero(named == name), find_rows(group, facets))
            if len(differing):
                problem = (
                    f"{len(differing)} facets are in one only of the file's and the plane {name[-1]} = 0"
                )
                accepted = "all facets of that plane that are not the flaw's, or no such name"
                self.faults.append(Fault(f"mesh.faces.{name}", "", problem, accepted))

    def _named_nodes(self, key: str) -> np.ndarray | None:
        """Nodes of the lines or of the set with a face's name, None without one."""
        name = self.told.given.faces.get(key, key)
        parts = [rows.ravel() for dim, rows in self.mesh.groups.get(name, {}).items() if dim < 2]
        parts += [self.mesh.point_groups[name]] if name in self.mesh.point_groups else []
        if not parts and key in self.told.given.faces:
            self._lookup("faces", key, 1, f"lines or a set of nodes named '{name}'")
        return np.unique(np.concatenate(parts)) if parts else None
