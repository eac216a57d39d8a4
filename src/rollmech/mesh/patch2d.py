"""Half of a plane section (x, z) through a long flaw, meshed by gmsh."""

from __future__ import annotations

import numpy as np

from rollmech.flaws.pore import Pore
from rollmech.mesh.grading import Grading, bridge_size, graded_field, profile_sizes, sublayers
from rollmech.mesh.patch import Patch
from rollmech.mesh.session import gmsh_session
from rollmech.mesh.simplices import Simplices, from_gmsh, quarter_points, straighten_inverted


def mesh_half_section(patch: Patch, grading: Grading) -> Simplices:
    """Mesh the half x >= 0 of the section; the second coordinate is z.

    Faces (edges here): ``symmetry_x``, ``flaw`` (wall of a groove or a cut, both faces of a delamination), ``end_x``,
    ``flawed_face``, ``other_face``; ``bond`` between a filler and the wall.

    Raises:
        NumericsError: gmsh cannot mesh the geometry, or elements stay inverted.
    """
    with gmsh_session() as gmsh:
        root = _geometry(gmsh, patch, grading.growth)
        _size_field(gmsh, patch, grading, root)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        simplices = from_gmsh(gmsh, 2)
    moved = np.zeros(len(simplices.points), dtype=bool)
    if patch.front is not None:
        moved = quarter_points(simplices, patch.front.holds(simplices.places, patch.flaw.depth))
    straighten_inverted(simplices, moved)
    return simplices


def _geometry(gmsh, patch: Patch, growth: float) -> dict[str, list[int]]:
    """Outline of the plies around the flaw and rows of those under them; returns what the sizes are graded from."""
    free = patch.front_plies[-1] + 1
    outline = _Outline(gmsh.model.geo, patch, free)
    # Rows first: extruding takes curves at the same place for one, and both faces of a crack are such curves.
    last = patch.plies[free - 1].thickness
    # Rows next to the freely meshed plies must resolve what the ligament throws at them.
    first = growth * max(min(last, abs(patch.interfaces[free - 1] - patch.flaw.deepest)), 0.01 * last)
    for ply in patch.plies[free:]:
        heights = sublayers(ply.thickness, first, growth)
        outline.add_rows(gmsh, ply.thickness, heights)
        first = ply.thickness * (heights[-1] - (heights[-2] if len(heights) > 1 else 0))
    outline.start()
    for i in range(free):
        outline.add_ply(i)
    return outline.finish(gmsh)


class _Outline:
    """The section ply by ply, with its named edges: rows from the base inwards, then free plies down to it.

    Args:
        geo: gmsh's built-in kernel.
        patch: The patch.
        free: Number of plies from the flawed face inwards that are meshed freely.
    """

    def __init__(self, geo, patch: Patch, free: int):
        self._geo, self._patch = geo, patch
        depth = patch.interfaces[free - 1]
        self._base_ends = geo.addPoint(0, -depth, 0), geo.addPoint(patch.half_length, -depth, 0)
        self._base = self._lowest = geo.addLine(*self._base_ends)
        self._free, self._rows = free, []
        self._delaminated = patch.flaw.half_length if patch.flaw.kind == "delamination" else 0.0
        self._closed_face = patch.flaw.kind in ("delamination", "pore")
        self._cut = patch.flaw.kind != "delamination" or patch.flaw.from_cut
        self._tip: int | None = None
        self._regions: list[int] = []
        self._faces = {"symmetry_x": [], "end_x": [], "flaw": [], "flawed_face": [], "bond": []}
        self._filler: list[int] = []
        self._wall: list[int] = []

    def start(self) -> None:
        """Draw the flawed face; from here on nothing may be extruded."""
        geo, patch = self._geo, self._patch
        self._left = geo.addPoint(0 if self._closed_face else patch.flaw.half_width, 0, 0)
        self._corner = geo.addPoint(patch.half_length, 0, 0)
        self._upper = [geo.addLine(self._corner, self._left)]
        self._faces["flawed_face"] = [*self._upper]

    def add_ply(self, index: int) -> None:
        """Add a ply that is meshed freely."""
        geo, patch, depth = self._geo, self._patch, self._patch.interfaces[index]
        if index == self._free - 1:
            bottom, corner = self._base_ends
        else:
            bottom, corner = geo.addPoint(0, -depth, 0), geo.addPoint(patch.half_length, -depth, 0)
        side = self._left_side(index, bottom)
        lower, below = self._lower_side(index, bottom, corner)
        end = geo.addLine(corner, self._corner)
        loop = geo.addCurveLoop([*self._upper, *side, *lower, end])
        self._regions.append(geo.addPlaneSurface([loop]))
        self._faces["end_x"].append(end)
        self._upper, self._left, self._corner = [-line for line in reversed(below)], self._left_below, corner

    def _left_side(self, index: int, bottom: int) -> list[int]:
        """Edge at x = 0 (or the groove's wall) from the top of the ply to its bottom."""
        geo, patch, name = self._geo, self._patch, "symmetry_x"
        if index >= patch.cut or not self._cut:
            lines = [geo.addLine(self._left, bottom)]
        elif patch.flaw.kind == "pore":
            bridge, self._wall, ligament, axis = _round_pore(geo, patch.flaw, self._left, bottom)
            self._faces[name] += [bridge, ligament]
            if patch.fill is None:
                self._faces["flaw"] += self._wall
            else:
                self._faces["bond"] += self._wall
                middle = geo.addLine(*axis)
                self._filler = [geo.addPlaneSurface([geo.addCurveLoop([*self._wall, middle])])]
                self._faces[name].append(middle)
            return [bridge, *self._wall, ligament]
        elif len(patch.front_plies) == 1 and index == patch.cut - 1:
            self._tip = geo.addPoint(0, -patch.flaw.depth, 0)
            ligament = geo.addLine(self._tip, bottom)
            if patch.fill is None:
                self._wall = _groove(geo, patch.flaw, self._left, self._tip)
                self._faces["flaw"] += self._wall
            else:
                self._wall = self._filled_wall()
            self._faces[name].append(ligament)
            return [*self._wall, ligament]
        else:
            name, lines = "flaw", [geo.addLine(self._left, bottom)]
        self._faces[name] += lines
        return lines

    def _filled_wall(self) -> list[int]:
        """Wall of a groove with the filler against it."""
        geo, patch, level = self._geo, self._patch, self._patch.level
        if level > 0:
            shore = geo.addPoint(patch.flaw.wall_at(level), -level, 0)
            wall, free = _split_groove(geo, patch.flaw, self._left, shore, self._tip, level)
        else:
            shore, wall, free = self._left, _groove(geo, patch.flaw, self._left, self._tip), 0
        middle = geo.addPoint(0, -level, 0)
        centre, top = geo.addLine(self._tip, middle), geo.addLine(middle, shore)
        self._filler = [geo.addPlaneSurface([geo.addCurveLoop([*wall[free:], centre, top])])]
        self._faces["flaw"] += wall[:free]
        self._faces["bond"] += wall[free:]
        self._faces["symmetry_x"].append(centre)
        if not level:
            self._faces["flawed_face"].append(top)
        return wall

    def _lower_side(self, index: int, bottom: int, corner: int) -> tuple[list[int], list[int]]:
        """Edges along the bottom of a ply from left to right, as it sees them and as the ply below does."""
        geo, patch = self._geo, self._patch
        self._left_below = bottom
        if index != patch.cut - 1 or not self._delaminated:
            if len(patch.front_plies) == 2 and index == patch.cut - 1:
                self._tip = bottom
            lines = [self._base if index == self._free - 1 else geo.addLine(bottom, corner)]
            return lines, lines
        depth = patch.interfaces[index]
        self._tip = geo.addPoint(self._delaminated, -depth, 0)
        self._left_below = geo.addPoint(0, -depth, 0)
        bond = geo.addLine(self._tip, corner)
        faces = [geo.addLine(start, self._tip) for start in (bottom, self._left_below)]
        self._faces["flaw"] += faces
        return [faces[0], bond], [faces[1], bond]

    def add_rows(self, gmsh, thickness: float, heights: np.ndarray) -> None:
        """Add a ply in rows of elements below the last one."""
        geo, base = self._geo, [(1, self._lowest)]
        rows = geo.extrude(base, 0, -thickness, 0, numElements=[1] * len(heights), heights=heights)
        self._rows.append(rows[1][1])
        geo.synchronize()
        for _, tag in rows[2:]:
            centre = gmsh.model.getBoundingBox(1, abs(tag))[3] < 0.5 * self._patch.half_length
            self._faces["symmetry_x" if centre else "end_x"].append(abs(tag))
        self._lowest = rows[0][1]

    def finish(self, gmsh) -> dict[str, list[int]]:
        """Name regions and edges; returns the points and curves that element sizes are graded from."""
        self._geo.synchronize()
        self._faces["other_face"] = [abs(self._lowest)]
        for i, tag in enumerate([*self._regions, *self._rows]):
            gmsh.model.addPhysicalGroup(2, [tag], name=f"ply{i}")
        if self._filler:
            gmsh.model.addPhysicalGroup(2, self._filler, name=f"ply{self._patch.filler}")
        for name, tags in self._faces.items():
            if tags:
                gmsh.model.addPhysicalGroup(1, tags, name=name)
        # A blunt root is graded from its curve alone: the straight wall of a V needs no elements of the root's size.
        curves = self._wall if self._patch.flaw.kind == "pore" else self._wall[-1:]
        return {"points": [self._tip], "curves": curves}


def _groove(geo, flaw, mouth: int, tip: int) -> list[int]:
    """Curves of the right-hand wall from the mouth (or the ply above) down to the tip (or the ply below)."""
    if flaw.profile == "sharp":
        return [geo.addLine(mouth, tip)]
    if flaw.profile == "U":
        centre = geo.addPoint(0, 0, 0)
        major = tip if flaw.depth >= flaw.half_width else mouth
        return [geo.addEllipseArc(mouth, centre, major, tip)]
    if flaw.profile == "measured":
        inner = [geo.addPoint(*point, 0) for point in flaw.wall()[-2:0:-1]]
        return [geo.addSpline([mouth, *inner, tip])]
    tangent = geo.addPoint(*flaw.tangent_point(), 0)
    centre = geo.addPoint(0, flaw.root_radius - flaw.depth, 0)
    return [geo.addLine(mouth, tangent), geo.addCircleArc(tangent, centre, tip)]


def _split_groove(geo, flaw, mouth: int, shore: int, tip: int, level: float) -> tuple[list[int], int]:
    """As ``_groove``, divided at a point of the wall at some depth; also how many curves lie above it."""
    if flaw.profile == "U":
        centre = geo.addPoint(0, 0, 0)
        major = tip if flaw.depth >= flaw.half_width else mouth
        ends = ((mouth, shore), (shore, tip))
        return [geo.addEllipseArc(start, centre, major, end) for start, end in ends], 1
    x, z = flaw.tangent_point()
    centre = geo.addPoint(0, flaw.root_radius - flaw.depth, 0)
    tangent = geo.addPoint(x, z, 0)
    if level <= -z:
        lines = [geo.addLine(mouth, shore), geo.addLine(shore, tangent)]
        return [*lines, geo.addCircleArc(tangent, centre, tip)], 1
    arcs = [geo.addCircleArc(tangent, centre, shore), geo.addCircleArc(shore, centre, tip)]
    return [geo.addLine(mouth, tangent), *arcs], 2


def _round_pore(geo, pore, above: int, below: int) -> tuple[int, list[int], int, tuple[int, int]]:
    """Edge from the face to a pore, the right-hand half of its wall, the edge below it; its lowest and top point."""
    centre = geo.addPoint(0, -pore.centre, 0)
    top, bottom = geo.addPoint(0, -pore.bridge, 0), geo.addPoint(0, -pore.deepest, 0)
    side = geo.addPoint(pore.half_length, -pore.centre, 0)
    wall = [
        geo.addEllipseArc(start, centre, side if pore.half_length >= pore.depth else start_or_end, end)
        for start, start_or_end, end in ((top, top, side), (side, bottom, bottom))
    ]
    return geo.addLine(above, top), wall, geo.addLine(bottom, below), (bottom, top)


def _size_field(gmsh, patch: Patch, grading: Grading, root: dict[str, list[int]]) -> None:
    coarsest = min(
        0.7 * min(ply.thickness for ply in patch.plies[: patch.front_plies[-1] + 1]), 0.2 * patch.half_length
    )
    if patch.flaw.kind == "channel":
        thinnest = min(patch.plies[i].thickness for i in patch.front_plies)
        sizes, dimension = [(grading.interface_root * thinnest, tag) for tag in root["points"]], 0
    elif patch.flaw.sharp:
        size = grading.front * patch.front.size
        sizes, dimension = [(size, tag) for tag in root["points"]], 0
    else:
        sizes, dimension = [(grading.root * patch.flaw.local_size, tag) for tag in root["curves"]], 1
    sizes += profile_sizes(patch, grading, "-y")
    sizes += [bridge_size(patch.flaw, grading.root, "y")] if isinstance(patch.flaw, Pore) else []
    graded_field(gmsh, sizes, grading.growth, coarsest, dimension)
