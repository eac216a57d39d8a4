"""Whether a flaw fits its layer, its neighbours and the patch; every check takes the parts and yields faults."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, isclose, pi, sin

from rollmech.case.depths import DEEPEST, THICKEST_COVER, deepest, tip_faults
from rollmech.case.flaws import (
    Channel,
    CornerCrack,
    Crack,
    CrackPair,
    Delamination,
    EdgeChip,
    Flaw,
    HiddenCrack,
    InterfaceFlaw,
    Particle,
    Pit,
    Pore,
    Scratch,
    TileJoint,
    largest_root_radius,
)
from rollmech.case.parts import Parts, rounded
from rollmech.errors import Fault, nearest
from rollmech.units import show

_SLENDEREST_SPOT = 5.0  # axis of a delaminated spot over its other one
_THINNEST = 20.0  # size of a delaminated spot over the layers above it; larger ones take minutes
_LONGEST = 60.0  # length of a crack over its depth; longer ones take minutes and tend to the scratch
_NEAREST = 0.1  # gap between two cracks over the smaller semi-axis
_FLATTEST = 5.0  # extent of a pore over its height, or the height over it
_CHIPPED = 0.05  # extent of a chip into the web over the web's width
_SLENDEREST = 10.0  # axis of a hidden, corner or paired crack over its other one


def flaw_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault of the flaw."""
    checks = (
        _one_flaw,
        _layer_of_flaw,
        _free_face,
        _interface,
        _flaw_fits,
        _spot,
        _hidden,
        _crack_length,
        _chip,
        _pair,
        _no_profile,
        _notch,
        _bridged,
        _patch_holds_flaw,
    )
    for check in checks:
        yield from check(parts)


def _one_flaw(parts: Parts) -> Iterator[Fault]:
    if len(parts.flaws) > 1:
        reason = "interacting flaws are not solved yet"
        yield Fault("flaws", f"{len(parts.flaws)} entries", reason, "none or one [[flaws]] entry")


def _layer_of_flaw(parts: Parts) -> Iterator[Fault]:
    names = [layer.name for layer in parts.stack if layer]
    if parts.flaw and parts.flawed is None and None not in parts.stack:
        wanted = parts.flaw.layer
        accepted = ", ".join(f'"{name}"' for name in names)
        yield Fault(
            "flaws[0].layer", f'"{wanted}"', "is no layer of the stack", accepted, nearest(wanted, names)
        )


def _interface(parts: Parts) -> Iterator[Fault]:
    """A channel crack and a delamination need a layer beyond theirs."""
    if isinstance(parts.flaw, InterfaceFlaw) and parts.inwards and parts.inwards[-1] is parts.flawed:
        others = ", ".join(f'"{layer.name}"' for layer in parts.inwards[:-1])
        problem = f"is the last layer seen from the {parts.flaw.face} face: there is no interface under it"
        accepted = others or "a stack of at least two layers"
        yield Fault("flaws[0].layer", f'"{parts.flaw.layer}"', problem, accepted)


def _spot(parts: Parts) -> Iterator[Fault]:
    """An elliptical delamination that the mesh can bear: neither too slender nor too large for its cover."""
    flaw = parts.flaw
    if not isinstance(flaw, Delamination) or flaw.width is None:
        return
    low, high = flaw.length / _SLENDEREST_SPOT, flaw.length * _SLENDEREST_SPOT
    if not low * (1 - 1e-12) <= flaw.width <= high * (1 + 1e-12):
        accepted = (
            f"between {rounded(low, 'length')} and {rounded(high, 'length')}, or no width: straight across"
        )
        problem = f"is {flaw.width / flaw.length:.3g} times the length"
        yield Fault("flaws[0].width", f'"{show(flaw.width, "length")}"', problem, accepted)
    if parts.inwards:
        limit = _THINNEST * deepest(flaw, parts.inwards)
        for key in ("length", "width"):
            if getattr(flaw, key) > limit * (1 + 1e-12):
                given = show(getattr(flaw, key), "length")
                problem = f"is more than {_THINNEST:g} times the thickness of the layers above"
                accepted = f"at most {rounded(limit, 'length')}, or no width: straight across"
                yield Fault(f"flaws[0].{key}", f'"{given}"', problem, accepted)


def _free_face(parts: Parts) -> Iterator[Fault]:
    if parts.flaw is None or parts.flawed is None or isinstance(parts.flaw, InterfaceFlaw):
        return
    if parts.covers and not any(_cover_faults(parts)):
        return
    index = parts.stack.index(parts.flawed)
    free = {"bottom": index == 0, "top": index == len(parts.stack) - 1}
    if not free[parts.flaw.face]:
        faces = [f'"{face}"' for face, is_free in free.items() if is_free]
        bottom, top = (item.name if item else "?" for item in (parts.stack[0], parts.stack[-1]))
        accepted = ", ".join(faces) or f'a free face: the bottom of "{bottom}" or the top of "{top}"'
        accepted += "".join(f"; {reason}" for reason in _cover_faults(parts))
        yield Fault(
            "flaws[0].face",
            f'"{parts.flaw.face}"',
            f'of "{parts.flawed.name}" is covered by another layer',
            accepted,
        )


def _cover_faults(parts: Parts) -> Iterator[str]:
    """What keeps the layers over the flawed one from acting as a membrane that the flaw cuts with it."""
    flaw = parts.flaw
    if not isinstance(flaw, Crack | CrackPair | Scratch | Pit) or not flaw.sharp:
        yield "thin layers on top are only taken along by cracks that open to the face"
        return
    total = sum(layer.thickness for layer in parts.covers)
    if total > THICKEST_COVER * flaw.depth * (1 + 1e-12):
        yield (
            f"covers of at most {THICKEST_COVER:g} of the flaw's depth, "
            f"{rounded(THICKEST_COVER * flaw.depth, 'length')}, not {rounded(total, 'length')}, act as a membrane"
        )
    named = {"mesh": parts.mesh, "growth": parts.growth, "population": parts.population}
    for name, table in named.items():
        if table is not None:
            yield f"without [{name}] a thin cover acts as a membrane"
    if any(layer.residual_profile or layer.graded or layer.skin for layer in parts.covers):
        yield "a thin cover of one material with a uniform stress acts as a membrane"


def _flaw_fits(parts: Parts) -> Iterator[Fault]:
    if parts.flaw is None or parts.flawed is None or isinstance(parts.flaw, InterfaceFlaw | TileJoint):
        return
    if isinstance(parts.flaw, Scratch) and parts.flaw.sharp:
        if parts.inwards and not any(layer.graded for layer in parts.inwards):
            yield from tip_faults(parts.flaw, parts.inwards)
        return
    limit = DEEPEST * parts.flawed.thickness
    if parts.flaw.reach > limit * (1 + 1e-12):
        root = getattr(parts.flaw, "root_crack", None)
        what = "with its root_crack reaches" if root else "reaches"
        depth, thickness = (rounded(value, "length") for value in (parts.flaw.reach, parts.flawed.thickness))
        problem = f'{what} {depth} into the {thickness} of "{parts.flawed.name}"'
        accepted = f"at most {DEEPEST:g} of the thickness, {rounded(limit, 'length')}"
        key = "depth"
        if parts.flaw.depth is None:
            key = "root_crack" if root else "height"
        yield Fault(f"flaws[0].{key}", f'"{show(getattr(parts.flaw, key), "length")}"', problem, accepted)


def _hidden(parts: Parts) -> Iterator[Fault]:
    """A flaw below the face keeps as much clear of it as any flaw does of the other one."""
    flaw = parts.flaw
    if not isinstance(flaw, HiddenCrack | Pore | Particle) or parts.flawed is None or flaw.depth is None:
        return
    room = flaw.depth - (1 - DEEPEST) * parts.flawed.thickness
    if flaw.height / 2 > room * (1 + 1e-12):
        depth = show(flaw.depth, "length")
        problem = f"reaches too near to the face with its centre {depth} below it"
        limit = f"at most {rounded(2 * room, 'length')}" if room > 0 else "a deeper centre"
        kind = "crack" if flaw.sharp else "pit"
        other = f'kind = "{kind}" for one that is open to the face'
        other = "no depth: flush with the face" if isinstance(flaw, Particle) else other
        accepted = f"{limit}, or {other}"
        yield Fault("flaws[0].height", f'"{show(flaw.height, "length")}"', problem, accepted)


def _crack_length(parts: Parts) -> Iterator[Fault]:
    flaw = parts.flaw
    if isinstance(flaw, HiddenCrack | CornerCrack | CrackPair):
        yield from _slenderness(flaw)
    if isinstance(flaw, Pore | Particle):
        yield from _pore_shape(flaw)
    if isinstance(flaw, Crack) and flaw.length > _LONGEST * flaw.depth * (1 + 1e-12):
        limit = rounded(_LONGEST * flaw.depth, "length")
        problem = f"is {flaw.length / flaw.depth:.3g} times the depth"
        accepted = (
            f'at most {_LONGEST:g} times the depth, {limit}, or kind = "scratch" without a length: '
            "a crack across the whole web, whose K is the upper limit"
        )
        yield Fault("flaws[0].length", f'"{show(flaw.length, "length")}"', problem, accepted)


def _slenderness(flaw: HiddenCrack | CornerCrack | CrackPair) -> Iterator[Fault]:
    key = "height" if isinstance(flaw, HiddenCrack) else "depth"
    extent = getattr(flaw, key)
    if not extent / _SLENDEREST <= flaw.length <= _SLENDEREST * extent:
        low, high = rounded(extent / _SLENDEREST, "length"), rounded(_SLENDEREST * extent, "length")
        problem = f"is {flaw.length / extent:.3g} times the {key}"
        accepted = f"between {low} and {high}: an axis of at most {_SLENDEREST:g} times the other"
        yield Fault("flaws[0].length", f'"{show(flaw.length, "length")}"', problem, accepted)


def _pore_shape(pore: Pore | Particle) -> Iterator[Fault]:
    """Curvature that elements can follow: a flatter pore is a crack."""
    other = ', or kind = "hidden-crack" for a slit across the web' if isinstance(pore, Pore) else ""
    for key in ("length", "width"):
        extent = getattr(pore, key)
        if extent and not pore.height / _FLATTEST <= extent <= pore.height * _FLATTEST:
            low, high = (rounded(x, "length") for x in (pore.height / _FLATTEST, pore.height * _FLATTEST))
            problem = f"is {extent / pore.height:.3g} times the height"
            accepted = f"between {low} and {high}{other}"
            yield Fault(f"flaws[0].{key}", f'"{show(extent, "length")}"', problem, accepted)


def _chip(parts: Parts) -> Iterator[Fault]:
    """Axes that elements can follow, and a web that is wide against the chip."""
    chip = parts.flaw
    if not isinstance(chip, EdgeChip):
        return
    others = [chip.length / 2, *([chip.depth] if chip.depth else [])]
    low, high = max(others) / _FLATTEST, min(others) * _FLATTEST
    limit = _CHIPPED * parts.web.width if parts.web and parts.web.width else high
    if not low * (1 - 1e-12) <= chip.width <= high * (1 + 1e-12):
        problem = (
            f"does not suit the chip's other sizes: an axis of it is more than {_FLATTEST:g} times another"
        )
        accepted = f"between {rounded(low, 'length')} and {rounded(high, 'length')}"
        accepted = accepted if low <= high else "a length and a depth nearer to each other"
        yield Fault("flaws[0].width", f'"{show(chip.width, "length")}"', problem, accepted)
    elif chip.root_crack and chip.root_crack > min(others[-1], chip.width) / 2 * (1 + 1e-12):
        given, most = show(chip.root_crack, "length"), rounded(min(others[-1], chip.width) / 2, "length")
        problem, accepted = (
            "is large against the chip at whose root it is",
            f'at most {most}, or kind = "corner-crack"',
        )
        yield Fault("flaws[0].root_crack", f'"{given}"', problem, accepted)
    elif chip.width > limit * (1 + 1e-12):
        problem = f"is more than {_CHIPPED:g} of the web's width, which is taken to be endless"
        yield Fault(
            "flaws[0].width",
            f'"{show(chip.width, "length")}"',
            problem,
            f"at most {rounded(limit, 'length')}",
        )


def _no_profile(parts: Parts) -> Iterator[Fault]:
    """A residual profile says nothing of what a particle in it holds, nor how a free edge relieves it."""
    if (
        isinstance(parts.flaw, Particle | EdgeChip)
        and parts.flawed
        and parts.flawed.residual_profile is not None
    ):
        key = f"stack.{parts.flawed.name}.residual_profile"
        yield Fault(
            key,
            "",
            f"is not solved for a flaw of kind {parts.flaw.kind}",
            "a uniform residual_stress, or another kind of flaw",
        )


def _pair(parts: Parts) -> Iterator[Fault]:
    """Room between two cracks that elements can fill; nearer ones are better taken as one."""
    pair = parts.flaw
    if not isinstance(pair, CrackPair):
        return
    least = pair.length + _NEAREST * min(pair.depth, pair.length / 2)
    if pair.spacing < least * (1 - 1e-12):
        length = show(pair.length, "length")
        problem = f"leaves less than {_NEAREST:g} of the smaller semi-axis between two cracks {length} long"
        both = rounded(max(pair.spacing, 0.0) + pair.length, "length")
        accepted = (
            f'at least {rounded(least, "length")}, or kind = "crack" with length = "{both}": both as one'
        )
        yield Fault("flaws[0].spacing", f'"{show(pair.spacing, "length")}"', problem, accepted)


def _notch(parts: Parts) -> Iterator[Fault]:
    flaw = parts.flaw
    if isinstance(flaw, Scratch) and flaw.width and flaw.root_radius:
        limit = largest_root_radius(flaw.depth, flaw.width)
        if flaw.root_radius > limit * (1 + 1e-12):
            depth, width = show(flaw.depth, "length"), show(flaw.width, "length")
            problem = f"does not fit a V groove {depth} deep and {width} wide"
            value = f'"{show(flaw.root_radius, "length")}"'
            yield Fault("flaws[0].root_radius", value, problem, f"at most {rounded(limit, 'length')}")


def _bridged(parts: Parts) -> Iterator[Fault]:
    """A bridge only in cracks whose faces part without sliding, on rollmech's own meshes, and not while they grow."""
    flaw = parts.flaw
    if flaw is None or flaw.bridging is None:
        return
    key, none = "flaws[0].bridging", "no bridging"
    if not flaw.sharp:
        accepted = "fill, for a solid bonded to its wall" if hasattr(flaw, "fill") else none
        yield Fault(key, "", f"is given for a blunt {flaw.kind}, whose faces do not meet", accepted)
    elif not isinstance(flaw, Crack | Scratch):
        problem = f"is not solved for a flaw of kind {flaw.kind}"
        yield Fault(key, "", problem, f'{none}, or kind = "crack" or a sharp "scratch"')
    elif isinstance(flaw, Crack) and (flaw.tilt or not isclose(flaw.angle, pi / 2)):
        problem = (
            "is solved for cracks straight across the web and straight down: the faces of others also slide"
        )
        yield Fault(key, "", problem, 'angle = "90 deg" and no tilt, or no bridging')
    if parts.mesh is not None:
        yield Fault("mesh", "", "is not read for a bridged flaw", "no [mesh], or no bridging of the flaw")
    if parts.growth is not None:
        yield Fault(key, "", "is not known to the library that [growth] uses", "no bridging, or no [growth]")


def _patch_holds_flaw(parts: Parts) -> Iterator[Fault]:
    if parts.flaw is None or parts.patch is None:
        return
    for key, half, reach in (
        ("half_length", parts.patch.half_length, _half_extents(parts.flaw)[0]),
        ("half_width", parts.patch.half_width, _half_extents(parts.flaw)[1]),
    ):
        if half is not None and reach >= half:
            problem = f"does not hold the flaw, which reaches {rounded(reach, 'length')} from its centre"
            yield Fault(f"patch.{key}", f'"{show(half, "length")}"', problem, "more than the flaw's reach")


def _half_extents(flaw: Flaw) -> tuple[float, float]:
    """Half-extents (m) of the flaw along and across the web; a scratch has no ends across the web."""
    if isinstance(flaw, CornerCrack):
        return 0.0, flaw.length
    if isinstance(flaw, EdgeChip):
        return flaw.length / 2, flaw.width + (flaw.root_crack or 0.0)
    if isinstance(flaw, CrackPair):
        return 0.0, (flaw.spacing + flaw.length) / 2
    if isinstance(flaw, Crack | HiddenCrack):
        return abs(flaw.length / 2 * cos(flaw.angle)), abs(flaw.length / 2 * sin(flaw.angle))
    if isinstance(flaw, Pit | Pore | Particle | Delamination):
        return flaw.length / 2, (flaw.width or 0.0) / 2
    if isinstance(flaw, TileJoint):
        return flaw.gap / 2, 0.0
    if isinstance(flaw, Channel):
        return 0.0, 0.0
    return (flaw.width or 0.0) / 2, 0.0
