"""Benchmarks where plies meet: interface cracks, delaminations, spots under pressure, channel cracks, cut plies."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from rollmech.flaws.channel import Channel
from rollmech.flaws.delamination import Delamination
from rollmech.flaws.scratch import Scratch
from rollmech.fracture.bimaterial import InterfaceTip, Isotropic
from rollmech.fracture.influence import Influence, solve_influence
from rollmech.mesh.patch import Patch, PatchPly, make_patch
from rollmech.verify.blister import blister_k
from rollmech.verify.closed_forms import Arm, central_interface_crack_k, delamination_release_rate
from rollmech.verify.rows import TARGET, Answer, Benchmark, Target

_SIZE = 10.0
_MODULUS = 150e3


def interface_cracks(data: dict[str, Any]) -> Iterator[Benchmark]:
    """Central crack between two half-planes under pressure: size and phase of K for each pair of solids."""
    for pair in data["pair"]:
        solids = _solids(pair)
        far = data["plies_over_half_length"] * _SIZE
        patch = make_patch(_plies(solids, far, far), Delamination(far, _SIZE), half_length=2 * far)
        exact = solids.referred_to(central_interface_crack_k(solids, _SIZE, 1.0), _SIZE)
        unit = np.sqrt(np.pi * _SIZE)
        targets = _complex_targets(data, pair["name"], exact, unit, "2D K", "|K|/(p sqrt(pi a))")

        def solve(patch: Patch = patch, unit: float = unit) -> list[Answer]:
            return _complex_answers(solve_influence(patch, TARGET), unit, [0])

        yield Benchmark(targets, solve, pair.get("quick", False))


def delaminations(data: dict[str, Any]) -> Iterator[Benchmark]:
    """Long delamination from a cut through a stressed film: steady G, and the phase where it is tabulated."""
    for stack in data["stack"]:
        solids, h = _solids(stack), _SIZE
        substrate = stack["substrate_over_film"] * h
        patch = make_patch(
            _plies(solids, h, substrate), Delamination(h, data["length_over_film"] * h, from_cut=True)
        )
        # Cutting the film moves its force to the substrate, with its moment.
        film = Arm(h, solids.above.plane_modulus, force=-h)
        rest = Arm(substrate, solids.below.plane_modulus, force=h, moment=h * (h + substrate) / 2)
        unit = h / solids.above.plane_modulus
        target = Target(
            family="delamination",
            name=stack["name"],
            quantity="G E'/(s^2 h)",
            kind="2D G",
            reference=delamination_release_rate(film, rest) / unit,
            tolerance=data["tolerance"],
            source=data["source"],
            uncertainty=0.0,
        )

        yield Benchmark((target,), partial(_rate, patch, unit), stack.get("quick", False))


def spots(data: dict[str, Any]) -> Iterator[Benchmark]:
    """Round spot under pressure between a film and a half-space: K at both ends and in the middle of the quarter."""
    for spot in data["spot"]:
        solids, h = _solids(spot), _SIZE
        radius = spot["radius_over_film"] * h
        plies = _plies(solids, h, data["substrate_over_radius"] * radius)
        patch = make_patch(plies, Delamination(h, radius, radius))
        exact = solids.referred_to(blister_k(solids, h, radius, 1.0), h)
        unit = 2 * np.sqrt(radius / np.pi)
        places = (0.0, 45.0, 90.0)
        targets = tuple(
            target
            for place in places
            for target in _complex_targets(
                data, spot["name"], exact, unit, "3D K", f"|K|/(2 p sqrt(a/pi)) at {place:g} deg", place
            )
        )

        def solve(patch: Patch = patch, unit: float = unit) -> list[Answer]:
            influence = solve_influence(patch, TARGET)
            middle = influence.front.phi.size // 2
            return _complex_answers(influence, unit, [0, middle, -1])

        yield Benchmark(targets, solve, spot.get("quick", False))


def channels(data: dict[str, Any]) -> Iterator[Benchmark]:
    """Steady channel crack through a stressed film on a half-plane: g of Beuth for each alpha."""
    poisson = float(Fraction(data["poisson_ratio"]))
    for film in data["film"]:
        alpha, h = film["alpha"], 1.0
        far = data["substrate_over_film"] * h
        plies = (
            PatchPly(h, _MODULUS, poisson),
            PatchPly(far, _MODULUS * (1 - alpha) / (1 + alpha), poisson),
        )
        patch = make_patch(plies, Channel(h), half_length=far)
        unit = np.pi * h * (1 - poisson**2) / (2 * _MODULUS)
        target = Target(
            family="channel crack",
            name=f"alpha = {alpha:g}",
            quantity="g = 2 G E'/(pi s^2 h)",
            kind="2D G",
            reference=film["g"],
            tolerance=film.get("tolerance", data["tolerance"]),
            source=data["source"],
            uncertainty=film["uncertainty"] / film["g"],
            reason=film.get("reason", ""),
        )

        yield Benchmark((target,), partial(_rate, patch, unit), film.get("quick", False))


def _rate(patch: Patch, unit: float) -> list[Answer]:
    """Energy release rate under uniform tension of the plies cut."""
    influence = solve_influence(patch, TARGET)
    rate = float(influence.release_rate(patch.tension)[0])
    return [Answer(rate / unit, 2 * influence.relative_error() * rate / unit)]


def cut_plies(data: dict[str, Any]) -> Iterator[Benchmark]:
    """An edge-cracked strip split into plies of one solid at arbitrary depths: the same K_I; K_III in closed form."""
    for crack in data["crack"]:
        width = _SIZE / crack["a_over_w"]
        edges = np.diff([0.0, *crack["split"], 1.0]) * width
        plies = tuple(PatchPly(float(edge), _MODULUS, data["poisson_ratio"]) for edge in edges)
        patch = make_patch(plies, Scratch(_SIZE), data["half_length_over_width"] * width)
        # Antiplane shear of a strip with an edge crack (Tada, Paris & Irwin 2000): exact.
        part = np.pi * crack["a_over_w"] / 2
        shear = float(np.sqrt(np.tan(part) / part))
        name = f"a/W = {crack['a_over_w']:g}, split at {', '.join(f'{s:g} W' for s in crack['split']) or 'no depth'}"
        common = {"family": "crack through plies", "name": name, "tolerance": data["tolerance"]}
        targets = (
            Target(
                **common,
                quantity="K_I/(s sqrt(pi a))",
                kind="2D K",
                reference=crack["tension"],
                source=data["source"],
                uncertainty=data["uncertainty"],
            ),
            Target(
                **common,
                quantity="K_III/(t sqrt(pi a))",
                kind="2D K",
                reference=shear,
                source="Tada, Paris & Irwin 2000, exact",
            ),
        )
        yield Benchmark(targets, lambda p=patch: _cut_answers(p), crack.get("quick", False))


def _cut_answers(patch: Patch) -> list[Answer]:
    """K_I under uniform tension and K_III under uniform antiplane shear of all plies cut."""
    influence = solve_influence(patch, TARGET)
    unit = np.sqrt(np.pi * _SIZE)
    shear = [i for i, mode in enumerate(patch.modes) if mode.startswith("xy_membrane")]
    now, before = (
        abs(front.k_unit[2, shear, 0].sum()) for front in (influence.front, influence.front_before)
    )
    tension = patch.tension
    return [
        Answer(
            float(influence.stress_intensity(tension)[0] / unit),
            float(influence.stress_intensity_error(tension)[0] / unit),
        ),
        Answer(
            float(now / unit), float((1.25 * abs(now - before) + now * influence.front.path_spread[0]) / unit)
        ),
    ]


def _solids(data: dict[str, Any]) -> InterfaceTip:
    return InterfaceTip(Isotropic(*data["above"]), Isotropic(*data["below"]))


def _plies(solids: InterfaceTip, upper: float, lower: float) -> tuple[PatchPly, PatchPly]:
    return PatchPly(upper, *solids.above), PatchPly(lower, *solids.below)


def _complex_targets(
    data: dict[str, Any],
    name: str,
    exact: complex,
    unit: float,
    kind: str,
    quantity: str,
    place: float = 90.0,
) -> tuple[Target, Target]:
    """Size (relative) and phase (absolute) of a complex K."""
    common = {"family": data["kind"], "name": name, "source": data["source"]}
    where = quantity[quantity.index(" at ") :] if " at " in quantity else ""
    size = Target(
        **common,
        quantity=quantity,
        kind=kind,
        reference=float(abs(exact) / unit),
        tolerance=data["tolerance"],
        uncertainty=data["uncertainty"],
    )
    phase = Target(
        **common,
        quantity=f"phase, rad{where}",
        kind="mixed mode",
        reference=float(np.angle(exact)),
        tolerance=data["phase_tolerance"],
        uncertainty=data["phase_uncertainty"],
        absolute=True,
    )
    return size, phase


def _complex_answers(influence: Influence, unit: float, points: list[int]) -> list[Answer]:
    """Size and phase of K under the reference load at points of the front, referred to the depth or half-length."""
    patch = influence.patch
    one, two, _ = influence.mixed_mode(patch.reference)
    error = influence.stress_intensity_error(patch.reference)
    # Phases of the references are those of the crack's own size.
    length = patch.flaw.half_length if patch.flaw.dimension == 2 else influence.reference_length
    turn = (length / influence.reference_length) ** (1j * influence.solids.oscillation_index)
    found = []
    for i in points:
        k = (one[i] + 1j * two[i]) * turn
        found.append(Answer(abs(k) / unit, float(error[i] / unit)))
        found.append(Answer(float(np.angle(k)), float(error[i] / abs(k))))
    return found
