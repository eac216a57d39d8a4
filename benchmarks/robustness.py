"""Random valid flaw-and-stack combinations: does each one mesh, solve and meet its accuracy, or say why not?

    .venv/bin/python benchmarks/robustness.py [--count 300] [--seed 1] [--target 0.02] [--only N]

Every combination is a case that `rollmech validate` accepts. The table counts what became of them; combinations that
missed their accuracy, were refused or failed are listed with their number, so that `--only` repeats one.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

import numpy as np

from rollmech.case import parse_case
from rollmech.errors import InputError, NumericsError
from rollmech.pipeline import run

BRITTLE = {"fracture_toughness": "1 MPa*m^0.5", "flexural_strength": "100 MPa"}


def combination(number: int, seed: int) -> dict[str, Any]:
    """One random case: a ceramic of 5 to 100 um on 0 to 3 further layers of 0.5 to 100 um, with a flaw in its top."""
    rng = np.random.default_rng([seed, number])
    film = float(np.exp(rng.uniform(np.log(5), np.log(100))))
    stack = [
        {
            "name": f"layer {i}",
            "material": f"M{i}",
            "thickness": f"{np.exp(rng.uniform(np.log(0.5), np.log(100))):.4g} um",
        }
        for i in range(rng.integers(0, 4))
    ]
    materials = {
        layer["material"]: {
            # 0.1 MPa to 400 GPa would leave the solver's tested contrast of 1e5 behind.
            "youngs_modulus": f"{np.exp(rng.uniform(np.log(2e6), np.log(2e11))):.4g} Pa",
            "poisson_ratio": round(float(rng.uniform(0.2, 0.49)), 3),
        }
        for layer in stack
    }
    materials["film"] = {"youngs_modulus": "150 GPa", "poisson_ratio": 0.26, **BRITTLE}
    stack.append({"name": "film", "material": "film", "thickness": f"{film:.4g} um"})
    return {
        "format": 1,
        "title": f"combination {number}",
        "stack": stack,
        "materials": materials,
        "flaws": [_flaw(rng, film)],
        "load": {"membrane_stress": "40 MPa", "bending_stress": "20 MPa"},
        "output": {"pictures": False},
    }


def _flaw(rng: np.random.Generator, film: float) -> dict[str, Any]:
    """A random flaw that fits into a film of given thickness (um)."""
    depth = film * rng.uniform(0.03, 0.85)
    flaw = {"layer": "film", "face": "top", "depth": f"{depth:.4g} um"}
    kind = rng.choice(["crack", "crack", "pit", "root crack", "scratch", "V", "U"])
    aspect = float(np.exp(rng.uniform(np.log(0.1), np.log(1.5))))
    if kind == "crack":
        return {**flaw, "kind": "crack", "length": f"{2 * depth / aspect:.4g} um"}
    if kind in ("pit", "root crack"):
        width = depth * np.exp(rng.uniform(np.log(0.7), np.log(6)))
        pit = {
            **flaw,
            "kind": "pit",
            "width": f"{width:.4g} um",
            "length": f"{width * rng.uniform(0.7, 1.5):.4g} um",
        }
        if kind == "root crack":
            crack = rng.uniform(0.05, 0.3) * depth
            pit |= {"depth": f"{min(depth, 0.85 * film - crack):.4g} um", "root_crack": f"{crack:.4g} um"}
        return pit
    if kind == "scratch":
        return {**flaw, "kind": "scratch"}
    width = depth * np.exp(rng.uniform(np.log(0.3), np.log(5)))
    if kind == "U":
        return {**flaw, "kind": "scratch", "profile": "U", "width": f"{width:.4g} um"}
    radius = min(0.4 * width, 0.4 * depth) * rng.uniform(0.1, 1)
    return {**flaw, "kind": "scratch", "width": f"{width:.4g} um", "root_radius": f"{radius:.4g} um"}


def outcome(data: dict[str, Any], target: float) -> tuple[str, float, str]:
    """What became of a case: one word, seconds, and what there is to say."""
    start = time.perf_counter()
    try:
        case = parse_case({**data, "accuracy": {"target": target}})
        result = run(case)
        error = result.influence.relative_error()
        word = "met" if error <= target else "missed"
        text = f"error {error:.2%}, {result.influence.levels[-1]['unknowns']} unknowns"
    except InputError as error:
        word, text = "refused", str(error)
    except NumericsError as error:
        word, text = "failed", str(error)
    return word, time.perf_counter() - start, text


def main() -> None:
    """Run the combinations and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", type=float, default=0.02)
    parser.add_argument("--only", type=int)
    arguments = parser.parse_args()
    numbers = range(arguments.count) if arguments.only is None else [arguments.only]
    counts, seconds = Counter(), []
    for number in numbers:
        data = combination(number, arguments.seed)
        word, spent, text = outcome(data, arguments.target)
        counts[word] += 1
        seconds.append(spent)
        if word != "met" or spent > 60 or arguments.only is not None:
            flaw = data["flaws"][0]
            print(
                f"{number}: {word} in {spent:.1f} s, {flaw}, {len(data['stack'])} layers: {text}", flush=True
            )
    print(", ".join(f"{word} {count}" for word, count in counts.most_common()))
    print(f"seconds: median {np.median(seconds):.1f}, longest {max(seconds):.1f}")


if __name__ == "__main__":
    main()
