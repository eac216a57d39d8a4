"""Random flaws in random stacks, as cases: the kinds of flaw that a case can have, from mild to extreme.

Combination n of a seed is always the same. The varieties of flaw take turns, then the number of layers does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

COUNT, SEED = 300, 1
MOST_LAYERS = 4
BRITTLE = {"fracture_toughness": "1 MPa*m^0.5", "flexural_strength": "100 MPa"}
CERAMIC = 150e9  # Pa, Young's modulus of the flawed layer
CONTRAST = (1e-5, 5.0)  # of the other layers' moduli against it
THICKNESS = (5.0, 100.0)  # um, of the flawed layer
THICKNESSES = (0.02, 20.0)  # of the other layers over it
DEPTH = (0.005, 0.89)  # of a flaw over its layer

Flaw = dict[str, Any]
Draw = Callable[[np.random.Generator, float], Flaw]


def combination(number: int, seed: int = SEED) -> dict[str, Any]:
    """One random case, ready for `parse_case`."""
    rng = np.random.default_rng([seed, number])
    variety = variety_of(number)
    film = spread(rng, *THICKNESS)
    count = 1 + number // len(VARIETIES) % MOST_LAYERS
    others, materials = _others(rng, film, max(count, 2) - 1 if variety in ON_INTERFACES else count - 1)
    face = str(rng.choice(["top", "bottom"]))
    flawed = {"name": "film", "material": "film", "thickness": um(film), **_profile(rng, film, variety, face)}
    inwards = ["film", *(layer["name"] for layer in others[:: -1 if face == "top" else 1])]
    layer = str(rng.choice(inwards[:-1])) if variety in ON_INTERFACES else "film"
    flaw = {"layer": layer, "face": face, **VARIETIES[variety](rng, film)}
    materials["film"] = {"youngs_modulus": f"{CERAMIC:g} Pa", "poisson_ratio": 0.26, **BRITTLE}
    if "fill" in flaw:
        materials["filler"] = _solid(rng)
    return {
        "format": 1,
        "title": f"combination {number}: {variety}",
        "stack": [*others, flawed] if face == "top" else [flawed, *others],
        "materials": materials,
        "flaws": [flaw],
        "load": {"tension": "40 N/m", "bend_radius": "1 m", "stretches": face},
        "output": {"pictures": False},
    }


def variety_of(number: int) -> str:
    """Name of the variety of flaw that a combination has."""
    return list(VARIETIES)[number % len(VARIETIES)]


def spread(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between two limits, evenly spread over its logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def um(length: float) -> str:
    """A length as a case writes it."""
    return f"{length:.4g} um"


def _others(rng: np.random.Generator, film: float, count: int) -> tuple[list[dict], dict[str, Any]]:
    """Further layers and their materials."""
    layers = [
        {
            "name": f"layer {i}",
            "material": f"M{i}",
            "thickness": um(film * spread(rng, *THICKNESSES)),
        }
        for i in range(count)
    ]
    return layers, {layer["material"]: _solid(rng) | BRITTLE for layer in layers}


def _solid(rng: np.random.Generator) -> dict[str, Any]:
    modulus = CERAMIC * spread(rng, *CONTRAST)
    return {"youngs_modulus": f"{modulus:.4g} Pa", "poisson_ratio": round(float(rng.uniform(0.2, 0.49)), 3)}


def _profile(rng: np.random.Generator, film: float, variety: str, face: str) -> dict[str, Any]:
    """Now and then a compressed skin on the flawed face, where a flaw may have one."""
    if variety not in PROFILED or rng.uniform() > 0.2:
        return {}
    length = um(film * spread(rng, 0.01, 0.2))
    shape = {"shape": "exponential", "surface": "-20 MPa", "length": length}
    return {"residual_profile": {"face": face, "held": "constrained", **shape}}


def _depth(rng: np.random.Generator, film: float) -> float:
    return film * spread(rng, *DEPTH)


def _crack(rng: np.random.Generator, film: float) -> Flaw:
    depth = _depth(rng, film)
    return {"kind": "crack", "depth": um(depth), "length": um(depth * spread(rng, 0.3, 60))}


def _turned(rng: np.random.Generator) -> dict[str, str]:
    """Angles of a crack that is not straight across and straight down."""
    return {
        "angle": f"{rng.choice([90.0, rng.uniform(0, 180)]):.4g} deg",
        "tilt": f"{rng.uniform(-60, 60):.4g} deg",
    }


def _turned_crack(rng: np.random.Generator, film: float) -> Flaw:
    depth = _depth(rng, film)
    return {
        "kind": "crack",
        "depth": um(depth),
        "length": um(depth * spread(rng, 0.5, 20)),
        **_turned(rng),
    }


def _hidden(rng: np.random.Generator, film: float) -> Flaw:
    height, place = film * spread(rng, 0.01, 0.79), rng.uniform(0.1, 0.9)
    depth = 0.1 * film + height / 2 + place * (0.8 * film - height)
    return {
        "kind": "hidden-crack",
        "depth": um(depth),
        "height": um(height),
        "length": um(height * spread(rng, 0.1, 10)),
    }


def _turned_hidden(rng: np.random.Generator, film: float) -> Flaw:
    return _hidden(rng, film) | _turned(rng)


def _corner(rng: np.random.Generator, film: float) -> Flaw:
    depth = _depth(rng, film)
    return {"kind": "corner-crack", "depth": um(depth), "length": um(depth * spread(rng, 0.1, 10))}


def _pair(rng: np.random.Generator, film: float) -> Flaw:
    depth = _depth(rng, film)
    length = depth * spread(rng, 0.1, 10)
    gap = spread(rng, 0.1, 5) * min(depth, length / 2)
    return {"kind": "crack-pair", "depth": um(depth), "length": um(length), "spacing": um(length + gap)}


def _pit(rng: np.random.Generator, film: float) -> Flaw:
    depth = _depth(rng, film)
    width = depth * spread(rng, 0.3, 20)
    length = um(width * spread(rng, 0.3, 3)) if rng.uniform() < 0.7 else um(width)
    return {"kind": "pit", "depth": um(depth), "width": um(width), "length": length}


def _cracked_pit(rng: np.random.Generator, film: float) -> Flaw:
    pit = _pit(rng, film)
    depth = float(pit["depth"].split()[0])
    room = 0.89 * film - depth
    return pit | {"root_crack": um(max(min(depth * spread(rng, 0.02, 1), room), 0.01 * depth))}


def _filled(rng: np.random.Generator, flaw: Flaw) -> Flaw:
    return flaw | {"fill": {"material": "filler", "fraction": round(float(rng.uniform(0.1, 1)), 3)}}


def _filled_pit(rng: np.random.Generator, film: float) -> Flaw:
    return _filled(rng, _pit(rng, film))


def _long_pore(rng: np.random.Generator, film: float) -> Flaw:
    pore = _hidden(rng, film)
    height = float(pore["height"].split()[0])
    pressure = {"pressure": "1 MPa"} if rng.uniform() < 0.3 else {}
    return pore | {"kind": "pore", "length": um(height * spread(rng, 0.2, 5)), **pressure}


def _pore(rng: np.random.Generator, film: float) -> Flaw:
    pore = _long_pore(rng, film)
    height = float(pore["height"].split()[0])
    return pore | {"width": um(height * spread(rng, 0.2, 5))}


def _sharp_scratch(rng: np.random.Generator, film: float) -> Flaw:
    return {"kind": "scratch", "depth": um(film * spread(rng, 0.005, 1.5))}


def _groove(rng: np.random.Generator, film: float) -> tuple[Flaw, float, float]:
    depth = _depth(rng, film)
    width = depth * spread(rng, 0.1, 20)
    return {"kind": "scratch", "depth": um(depth), "width": um(width)}, depth, width


def _v_groove(rng: np.random.Generator, film: float) -> Flaw:
    groove, depth, width = _groove(rng, film)
    return groove | {"profile": "V", "root_radius": um(min(width / 2, depth) * spread(rng, 0.01, 0.95))}


def _u_groove(rng: np.random.Generator, film: float) -> Flaw:
    return _groove(rng, film)[0] | {"profile": "U"}


def _measured_groove(rng: np.random.Generator, film: float) -> Flaw:
    _, depth, width = _groove(rng, film)
    across = np.linspace(0, 1, int(rng.integers(5, 40)))
    below = (1 - across ** rng.uniform(1.2, 4)) * (1 + 0.02 * rng.uniform(-1, 1, len(across)))
    below[1:-1] = np.clip(below[1:-1], 1e-3, 1)
    below[[0, -1]] = 1, 0
    return {
        "kind": "scratch",
        "profile": "measured",
        "across": [um(width / 2 * x) for x in across],
        "below": [um(depth * z) for z in below],
    }


def _filled_groove(rng: np.random.Generator, film: float) -> Flaw:
    return _filled(rng, rng.choice([_v_groove, _u_groove])(rng, film))


def _delamination(start: str) -> Draw:
    def draw(rng: np.random.Generator, film: float) -> Flaw:
        gas = {"pressure": "0.1 MPa"} if start == "spot" else {}
        length = um(film * spread(rng, 0.1, 50))
        bond = {"interface_toughness": "1 J/m^2"}
        return {"kind": "delamination", "start": start, "length": length, **gas, **bond}

    return draw


def _spot(rng: np.random.Generator, film: float) -> Flaw:
    length = film * spread(rng, 0.1, 20)
    width = length * spread(rng, 0.2, 5)
    return _delamination("spot")(rng, film) | {"length": um(length), "width": um(width)}


def _channel(rng: np.random.Generator, film: float) -> Flaw:
    return {"kind": "channel"}


VARIETIES: dict[str, Draw] = {
    "crack": _crack,
    "turned crack": _turned_crack,
    "hidden crack": _hidden,
    "turned hidden crack": _turned_hidden,
    "corner crack": _corner,
    "crack pair": _pair,
    "pit": _pit,
    "pit with root crack": _cracked_pit,
    "filled pit": _filled_pit,
    "pore": _pore,
    "long pore": _long_pore,
    "sharp scratch": _sharp_scratch,
    "V scratch": _v_groove,
    "U scratch": _u_groove,
    "measured scratch": _measured_groove,
    "filled scratch": _filled_groove,
    "cut delamination": _delamination("cut"),
    "long spot": _delamination("spot"),
    "spot": _spot,
    "channel": _channel,
}
NOT_DRAWN = ("edge-chip", "particle", "tile-joint")
"""Kinds of flaw that have no variety here yet."""
ON_INTERFACES = ("cut delamination", "long spot", "spot", "channel")
PROFILED = ("crack", "turned crack", "pit", "pit with root crack", "V scratch", "U scratch", "sharp scratch")
