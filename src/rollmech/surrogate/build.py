"""The solves of a surrogate, through the store of influences, and the surrogate made of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rollmech.backend import versions
from rollmech.library.adaptive import Errors, build
from rollmech.library.domain import DEPTH, Domain
from rollmech.library.influences import influence_key, stored
from rollmech.library.surrogate import Surrogate, outputs, relative_gap
from rollmech.library.table import DEEPEST, SURFACE
from rollmech.mesh.patch import PatchPly
from rollmech.surrogate.file import SurrogateFile

if TYPE_CHECKING:
    from rollmech.fracture.influence import Influence

_UM, _MPA = 1e6, 1e-6
Progress = Callable[[str], None]


@dataclass
class Solver:
    """Solves cracks of a domain; equal ones come from the store.

    Attributes:
        domain: What is covered.
        progress: Called with a line of text before each stage.
        solves: Cracks asked for, and how many of their solves were in the store.
        errors: Estimated errors of each: K_I and shear, at the surface and the deepest point.
    """

    domain: Domain
    progress: Progress
    cracks: int = 0
    from_store: int = 0
    errors: list[np.ndarray] = field(default_factory=list)

    def __call__(self, place: np.ndarray) -> np.ndarray:
        """Outputs of the crack at a place of the unit cube.

        Raises:
            NumericsError: No number was earned.
        """
        from rollmech.library.nodes import node_of, node_patches, node_targets

        values = self.domain.values(place[None])
        plies = self.plies(values)
        aspect = float(self.domain.aspect(values)[0])
        depth_ratio = float(values[DEPTH][0]) * _UM / plies[0].thickness
        self.cracks += 1
        pairs = zip(node_patches(plies, depth_ratio, aspect), node_targets(aspect), strict=True)
        opened, *sheared = [self._influence(*pair) for pair in list(pairs)[: 1 + self.domain.sheared]]
        node = node_of(opened, *sheared)
        shear_error = np.zeros(2) if node.shear is None else node.shear_error[[SURFACE, DEEPEST], 0]
        self.errors.append(np.array([node.error[[SURFACE, DEEPEST], 0], shear_error]))
        return outputs(node.shape, node.shear, aspect, plies[0].poisson_ratio)

    def plies(self, values: dict[str, np.ndarray]) -> tuple[PatchPly, ...]:
        """Plies of the first of several values, um and MPa."""
        columns = [
            self.domain.stack(values, name)[0] for name in ("thickness", "youngs_modulus", "poisson_ratio")
        ]
        return tuple(PatchPly(h * _UM, e * _MPA, nu) for h, e, nu in np.transpose(columns).tolist())

    def _influence(self, patch: Any, target: float) -> Influence:
        from rollmech.library.nodes import kept_influence

        self.from_store += stored(influence_key(patch, target))
        return kept_influence(patch, target)


def build_surrogate(asked: SurrogateFile, progress: Progress = lambda text: None) -> Surrogate:
    """Solve cracks one by one until the target is met, or as many as the file allows.

    Raises:
        NumericsError: A solve failed.
    """
    start = time.perf_counter()
    solver = Solver(asked.domain, progress)

    def tell(count: int, errors: Errors) -> None:
        progress(
            f"crack {solver.cracks} of at most {asked.most_solves}: left out {100 * errors.cross:.2g} %, "
            f"held out {100 * errors.independent:.2g} %, target {100 * asked.target:.2g} %"
        )

    def solved(place: np.ndarray) -> np.ndarray:
        if solver.cracks < asked.held_out:
            progress(f"crack {solver.cracks + 1} of at most {asked.most_solves}: held out")
        return solver(place)

    built = build(
        solved,
        len(asked.domain.solved),
        asked.target,
        asked.most_solves,
        asked.held_out,
        relative_gap,
        tell,
        asked.seed,
        embed=lambda places: asked.domain.inputs(asked.domain.values(places)),
    )
    about = {
        "title": asked.title,
        "case": asked.case.name,
        "target": asked.target,
        "reached": built.reached,
        "cracks": solver.cracks,
        "trained_on": len(built.process.x),
        "held_out": asked.held_out,
        "left_out_error": built.errors.cross,
        "held_out_error": built.errors.independent,
        **_solve_errors(np.array(solver.errors)),
        "history": [list(row) for row in built.history],
        "solves_in_store": solver.from_store,
        "seconds": round(time.perf_counter() - start, 1),
        "versions": versions(),
    }
    return Surrogate(asked.domain, built.process, built.held_x, built.held_y, about)


def _solve_errors(errors: np.ndarray) -> dict[str, float]:
    """Root mean squares of K_I and shear; errors of shape (cracks, 2, 2)."""
    opened, sheared = np.sqrt(np.mean(errors**2, axis=(0, 2)))
    return {"solve_error": float(opened), "shear_solve_error": float(sheared)}


def planned(asked: SurrogateFile) -> dict[str, Any]:
    """What a build would do, without a solve."""
    domain = asked.domain
    return {
        "title": asked.title,
        "case": str(asked.case),
        "ranges": {item.key: item.text for item in domain.ranges},
        "dimensionless_inputs": domain.dimension,
        "target": asked.target,
        "held_out": asked.held_out,
        "most_cracks": asked.most_solves,
        "solves_a_crack": 1 + domain.sheared,
    }
