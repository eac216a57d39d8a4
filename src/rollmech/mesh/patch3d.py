"""Quarter of a patch with a crack, a pit, a pore or a chip, meshed by gmsh."""

from __future__ import annotations

import numpy as np

from rollmech.flaws.edge_chip import EdgeChip
from rollmech.flaws.front import EllipticFront
from rollmech.flaws.pit import Pit
from rollmech.flaws.pore import Pore
from rollmech.mesh.grading import Grading, bridge_size, front_pieces, graded_field, profile_sizes
from rollmech.mesh.patch import Patch
from rollmech.mesh.session import gmsh_session
from rollmech.mesh.simplices import Simplices, from_gmsh, quarter_points, straighten_inverted
from rollmech.mesh.solids import coarsest_size, extrude_plies, is_filler, lies_at, name_plies


def mesh_quarter(patch: Patch, grading: Grading) -> Simplices:
    """Mesh the quarter x >= 0, y >= 0 of a patch that is symmetric about both planes, or ends at y = 0.

    Faces: ``symmetry_x`` (x = 0 ahead of the crack), ``symmetry_y`` (or ``edge``), ``flaw`` (crack face,
    wall of a pit or pore), ``end_x``, ``end_y``, ``flawed_face``, ``other_face``; ``bond`` between a filler and the
    wall of the pit or pore.

    Raises:
        NumericsError: gmsh cannot mesh the geometry, or elements stay inverted.
    """
    front = patch.front
    with gmsh_session() as gmsh:
        curves = _geometry(gmsh, patch, front)
        _size_field(gmsh, patch, grading, front, curves)
        _name_groups(gmsh, patch)
        gmsh.model.mesh.generate(3)
        gmsh.model.mesh.setOrder(2)
        simplices = from_gmsh(gmsh, 3)
    moved = np.zeros(len(simplices.points), dtype=bool)
    if front is not None:
        moved = quarter_points(simplices, front.holds(simplices.places, patch.flaw.reach))
    straighten_inverted(simplices, moved)
    return simplices


def _geometry(gmsh, patch: Patch, front: EllipticFront | None) -> list[int]:
    """Build the solid of the flawed ply with its flaw; returns the curves of the front in the order of the angle."""
    occ = gmsh.model.occ
    body = [
        (
            3,
            occ.addBox(
                0, 0, -patch.flawed_thickness, patch.half_length, patch.half_width, patch.flawed_thickness
            ),
        )
    ]
    filler = []
    if isinstance(patch.flaw, Pit | Pore | EdgeChip):
        hole = [(3, _hole_solid(occ, patch))]
        filler = _filler_solid(occ, patch, hole) if patch.fill else []
        body, _ = occ.cut(body, hole)
    curves: list[int] = []
    if front is not None:
        arcs = [(1, _arc(occ, front, start, end)) for start, end, _ in front_pieces(front)]
        _, children = occ.fragment(body, arcs)
        occ.synchronize()
        pieces = [[tag for _, tag in child] for child in children[len(body) :]]
        # An arc that starts inside the pit leaves a loose end there.
        loose = [tag for tags in pieces for tag in tags if not len(gmsh.model.getAdjacencies(1, tag)[0])]
        occ.remove([(1, tag) for tag in loose], recursive=True)
        curves = [next(tag for tag in tags if tag not in loose) for tags in pieces]
    if filler:
        curves = _glue(occ, body, filler, curves)
    occ.synchronize()
    extrude_plies(gmsh, patch)
    return curves


def _filler_solid(occ, patch: Patch, hole: list) -> list:
    """The filled part of the pit or pore in the quarter x >= 0, y >= 0."""
    reach, bottom = 2 * patch.flaw.reach, 2 * patch.flaw.deepest
    box = occ.addBox(0, 0, -bottom, reach, reach, bottom - patch.level)
    return occ.intersect(hole, [(3, box)], removeObject=False)[0]


def _glue(occ, body: list, filler: list, curves: list[int]) -> list[int]:
    """Let the flawed ply and the filler share their faces; returns the front's curves under their new tags."""
    centres = np.array([occ.getCenterOfMass(1, tag) for tag in curves]).reshape(-1, 3)
    occ.fragment(body, filler)
    tags = [tag for _, tag in occ.getEntities(1)]
    places = np.array([occ.getCenterOfMass(1, tag) for tag in tags])
    return [tags[np.linalg.norm(places - centre, axis=1).argmin()] for centre in centres]


def _hole_solid(occ, patch: Patch) -> int:
    """What a blunt flaw takes from the quarter x >= 0, y >= 0 of the flawed ply, or more of it."""
    flaw = patch.flaw
    if isinstance(flaw, Pore):
        return _pore_solid(occ, flaw)
    through = isinstance(flaw, EdgeChip) and flaw.through
    return _chip_prism(occ, flaw, patch.flawed_thickness) if through else _pit_solid(occ, flaw)


def _chip_prism(occ, chip: EdgeChip, thickness: float) -> int:
    """A quarter of an ellipse with the chip's axes times the thickness of the flawed ply."""
    a, b = chip.half_length, chip.half_width
    middle, along, root = (occ.addPoint(*place, 0) for place in ((0, 0), (a, 0), (0, b)))
    wall = occ.addEllipseArc(along, middle, along if a >= b else root, root)
    outline = [wall, occ.addLine(root, middle), occ.addLine(middle, along)]
    section = occ.addPlaneSurface([occ.addCurveLoop(outline)])
    return next(tag for dim, tag in occ.extrude([(2, section)], 0, 0, -thickness) if dim == 3)


def _pit_solid(occ, pit: Pit | EdgeChip) -> int:
    """The part of the pit, or of a chip of its shape, in the quarter x >= 0, y >= 0, or more of it."""
    if pit.half_length == pit.half_width:
        rim, bottom = occ.addPoint(pit.half_width, 0, 0), occ.addPoint(0, 0, -pit.depth)
        centre = occ.addPoint(0, 0, 0)
        major = bottom if pit.depth >= pit.half_width else rim
        wall = occ.addEllipseArc(rim, centre, major, bottom)
        outline = [wall, occ.addLine(bottom, centre), occ.addLine(centre, rim)]
        section = occ.addPlaneSurface([occ.addCurveLoop(outline)])
        turned = occ.revolve([(2, section)], 0, 0, 0, 0, 0, 1, np.pi / 2)
        return next(tag for dim, tag in turned if dim == 3)
    return _ellipsoid(occ, pit.half_length, pit.half_width, pit.depth)


def _pore_solid(occ, pore: Pore) -> int:
    """The part of the pore in the quarter x >= 0, y >= 0, and more of it."""
    solid = _ellipsoid(occ, pore.half_length, pore.half_width, pore.depth)
    occ.translate([(3, solid)], 0, 0, -pore.centre)
    return solid


def _ellipsoid(occ, *semi_axes: float) -> int:
    """Ellipsoid about the origin, its poles and seam turned out of the quarter: dilating spoils their edges."""
    sphere = occ.addSphere(0, 0, 0, 1.0)
    occ.rotate([(3, sphere)], 0, 0, 0, 0, 0, 1, np.pi)
    occ.rotate([(3, sphere)], 0, 0, 0, 1, 1, 0, -np.pi / 2)
    occ.dilate([(3, sphere)], 0, 0, 0, *semi_axes)
    return sphere


def _arc(occ, front: EllipticFront, start: float, end: float) -> int:
    """Elliptic arc of the front between two parametric angles."""
    centre = front.centre
    if centre[2] and front.ends[0] == "free" and start == front.phi_min:
        # Start a little inside the pit, so that the arc is sure to cross its wall.
        start -= 0.02
    if front.ends == ("free", "free") and end == front.phi_max >= np.pi / 2:
        end += 0.02  # the wall of a chip likewise; any other front ends at the body's own faces
    if front.half_width >= front.depth:
        # Local axes: major along y, minor along -z.
        return occ.addEllipse(
            *centre, front.half_width, front.depth, -1, start, end, zAxis=[-1, 0, 0], xAxis=[0, 1, 0]
        )
    # Major along -z, minor along y: the angle runs from the deepest point.
    return occ.addEllipse(
        *centre,
        front.depth,
        front.half_width,
        -1,
        np.pi / 2 - end,
        np.pi / 2 - start,
        zAxis=[1, 0, 0],
        xAxis=[0, 0, -1],
    )


def _size_field(gmsh, patch: Patch, grading: Grading, front: EllipticFront | None, curves: list[int]) -> None:
    pieces = front_pieces(front) if front is not None else []
    sizes: list = [(grading.front * size, curve) for (_, _, size), curve in zip(pieces, curves, strict=True)]
    if isinstance(patch.flaw, Pit):
        sizes.append(_wall_size(patch.flaw, 0.0, grading.root))
    if isinstance(patch.flaw, Pore):
        sizes.append(_wall_size(patch.flaw, patch.flaw.centre, grading.root))
        sizes.append(bridge_size(patch.flaw, grading.root, "z"))
    if isinstance(patch.flaw, EdgeChip):
        sizes.append(_chip_size(patch.flaw, grading.root))
    sizes += profile_sizes(patch, grading, "-z")
    graded_field(gmsh, sizes, grading.growth, coarsest_size(patch))


def _wall_size(flaw: Pit | Pore, centre: float, fraction: float) -> tuple[str, str]:
    """Expressions of the element size on the wall of a pit or pore and of the distance from it.

    The size follows the radius of curvature of the wall's steepest section: a narrow pit needs small elements at
    its bottom only.

    Args:
        flaw: Pit or pore.
        centre: Depth of its ellipsoid's centre, um.
        fraction: Size over the local size.
    """
    a, b, d = flaw.half_length, flaw.half_width, flaw.depth
    w, z = min(a, b), f"(z + {centre!r})"
    sine2 = f"min(({z}/{d!r})^2, 1)"
    radius = f"({w * w!r} * {sine2} + {d * d!r} * (1 - {sine2}))^1.5 / {w * d!r}"
    size = f"{fraction!r} * max({flaw.local_size!r}, min({min(w, 1.5 * d)!r}, {radius}))"
    # Along the ray from the centre, shortened because the nearest point of the wall is a little nearer.
    level = f"Sqrt((x/{a!r})^2 + (y/{b!r})^2 + ({z}/{d!r})^2 + 1e-12)"
    distance = f"0.7 * Sqrt(x^2 + y^2 + {z}^2) * abs(1 - 1/{level})"
    return size, distance


def _chip_size(chip: EdgeChip, fraction: float) -> tuple[str, str]:
    """Element size on the wall of a chip and expression of the distance from it, along the ray from its middle."""
    axes = {"x": chip.half_length, "y": chip.half_width} | ({} if chip.through else {"z": chip.depth})
    level = f"Sqrt({' + '.join(f'({name}/{axis!r})^2' for name, axis in axes.items())} + 1e-12)"
    ray = f"Sqrt({' + '.join(f'{name}^2' for name in axes)})"
    return repr(fraction * chip.local_size), f"0.7 * {ray} * abs(1 - 1/{level})"


def _name_groups(gmsh, patch: Patch) -> None:
    """Name plies and outer faces; interfaces between plies stay unnamed."""
    model = gmsh.model
    name_plies(model, patch)
    faces: dict[str, list[int]] = {}
    for _, tag in model.getEntities(2):
        name = _face_name(model, tag, patch)
        if name:
            faces.setdefault(name, []).append(tag)
    for name, tags in faces.items():
        model.addPhysicalGroup(2, tags, name=name)


def _face_name(model, tag: int, patch: Patch) -> str | None:
    solids = model.getAdjacencies(2, tag)[0]
    if model.getType(2, tag) != "Plane":
        return "flaw" if len(solids) == 1 else "bond"
    planes = (
        ("edge" if patch.at_edge else "symmetry_y", 1, 0.0),
        ("end_x", 0, patch.half_length),
        ("end_y", 1, patch.half_width),
        ("flawed_face", 2, 0.0),
        ("other_face", 2, -patch.thickness),
    )
    if lies_at(model, 2, tag, 0, 0.0, patch):
        if is_filler(model, solids[0], patch):
            return "symmetry_x"
        # The crack's face stays within the front's box; the ligament reaches the end of the patch.
        return "flaw" if model.getBoundingBox(2, tag)[4] < 0.999 * patch.half_width else "symmetry_x"
    for name, axis, value in planes:
        if lies_at(model, 2, tag, axis, value, patch):
            return name
    return None
