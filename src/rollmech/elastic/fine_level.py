"""The quadratic space's stiffness: what multiplies it, smooths with it and carries between it and the linear space.

PETSc's kernels are compiled for any processor and hold every number in double precision; both cost half of the time of
a solve that only reads its matrix from memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rollmech.backend import dolfinx
from rollmech.elastic.kernels import call
from rollmech.mesh.topology import EDGES

# Sweeps over the nodes of flat cells, either way in turn; 4 halve the iterations, more gain less than they cost.
SWEEPS = 4


@dataclass(frozen=True)
class Blocks:
    """Rows of 3 x 3 blocks.

    Attributes:
        start: Position of each row, shape (nodes + 1,).
        column: Node of each block, shape (blocks,).
        block: Entries, shape (blocks, 9).
    """

    start: np.ndarray
    column: np.ndarray
    block: np.ndarray

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """As the kernels take them."""
        return self.start, self.column, self.block


class FineLevel:
    """Stiffness of the quadratic space: double precision for products, single precision for smoothing.

    Gauss-Seidel sweeps by blocks of a node, forward before and backward after the linear space's correction. Several
    ranks sweep their own nodes side by side; half of what couples a node to other ranks is added to its diagonal,
    which keeps the sweeps convergent (Baker, Falgout, Kolev & Yang 2011). Nodes of flat cells are swept more often:
    what couples them strongly across a thin ply the linear space does not see.
    """

    def __init__(self, matrix, flat: np.ndarray) -> None:
        """Take the stiffness.

        Args:
            matrix: An assembled ``MatrixCSR`` of block size 3; it is used up.
            flat: This rank's nodes of flat cells, rising.
        """
        self.nodes = nodes = matrix.index_map(0).size_local
        self._map = matrix.index_map(1)
        stored = int(matrix.indptr[nodes])
        start, column = np.asarray(matrix.indptr[: nodes + 1]), np.asarray(matrix.indices[:stored])
        block = np.asarray(matrix.data[: 9 * stored]).reshape(-1, 9)
        whole = Blocks(start.astype(np.int64), column, block)
        flat_rows = _rows_of(flat, whole, nodes)
        self._matrix = matrix  # whose memory the upper triangle stays in
        self._upper, self._single, self._others = _split(nodes, whole)
        self._extra = self._coupling()
        diagonal = self._upper.block[self._upper.start[:-1]].reshape(-1, 3, 3)
        swept = diagonal + self._extra[:, :, None] * np.eye(3)
        self._inverse = np.linalg.inv(swept).reshape(-1, 9).astype(np.float32)
        self._flat, self._flat_rows = flat.astype(np.int32), flat_rows
        self._flat_rows.block[self._flat_rows.start[:-1]] = swept[flat].reshape(-1, 9)
        self._ghosted = dolfinx.la.vector(self._map, 3) if self.parallel else None
        self._work = np.zeros(3 * nodes, dtype=np.float32)

    @property
    def parallel(self) -> bool:
        """Whether other ranks hold a part."""
        return self._map.comm.size > 1

    def _coupling(self) -> np.ndarray:
        """Half of what couples each unknown to other ranks, shape (nodes, 3)."""
        extra, rows = np.zeros((self.nodes, 3)), np.repeat(np.arange(self.nodes), np.diff(self._others.start))
        np.add.at(extra, rows, 0.5 * np.abs(self._others.block.reshape(-1, 3, 3)).sum(axis=2))
        return extra

    def mult(self, _matrix, x, y) -> None:
        """y = A x, for PETSc."""
        given, product = x.array_r, y.array_w
        call("multiply", self.nodes, *self._upper.arrays, given, product)
        self._add_others(1.0, given, product)

    def _add_others(self, factor: float, own: np.ndarray, result: np.ndarray) -> None:
        """Add what the other ranks' nodes contribute to a product."""
        if self.parallel:
            self._ghosted.array[: 3 * self.nodes] = own
            self._ghosted.scatter_forward()
            others = self._ghosted.array[3 * self.nodes :]
            call("add_others", self.nodes, *self._others.arrays, factor, others, result)

    def smooth_first(self, load: np.ndarray, solution: np.ndarray) -> np.ndarray:
        """Set a solution by sweeps from zero; returns the residual they leave, shape (unknowns,)."""
        self._work[:] = load
        call("sweep_forward", self.nodes, *self._single.arrays, self._inverse, self._work, solution)
        call("remainder_of", self.nodes, *self._single.arrays, solution, self._work)
        before = solution.reshape(-1, 3)[self._flat]
        for sweep in range(SWEEPS):
            self._sweep_flat(sweep % 2 == 0, load, solution)
        change = solution.reshape(-1, 3)[self._flat] - before
        call("take_change", len(self._flat), self._flat, *self._flat_rows.arrays, change, self._work)
        return self._with_others(self._work, solution)

    def smooth_last(self, load: np.ndarray, solution: np.ndarray) -> None:
        """Improve a solution by the same sweeps, the last first, each the other way."""
        self._work[:] = load
        work = self._with_others(self._work, solution)
        for sweep in reversed(range(SWEEPS)):
            self._sweep_flat(sweep % 2 == 1, work, solution)
        call("sweep_backward", self.nodes, *self._single.arrays, self._inverse, work, solution)

    def _sweep_flat(self, backward: bool, load: np.ndarray, solution: np.ndarray) -> None:
        rows = (*self._flat_rows.arrays, self._inverse)
        call("sweep_some", len(self._flat), self._flat, *rows, int(backward), load, solution)

    def _with_others(self, residual: np.ndarray, solution: np.ndarray) -> np.ndarray:
        """A residual of this rank's part with that of the other ranks' nodes and of the larger diagonal."""
        if not self.parallel:
            return residual
        whole = residual + self._extra.ravel() * solution
        self._add_others(-1.0, solution, whole)
        return whole.astype(np.float32)


def _split(nodes: int, whole: Blocks) -> tuple[Blocks, Blocks, Blocks]:
    """The upper triangle of a rank's own nodes in double and in single precision, and the others' columns."""
    upper, others = (np.empty(nodes + 1, dtype=np.int64) for _ in range(2))
    call("count_blocks", nodes, whole.start, whole.column, upper, others)
    kept, far = int(upper[-1]), int(others[-1])
    single = Blocks(upper, whole.column[:kept], np.empty((kept, 9), dtype=np.float32))
    rest = Blocks(others, np.empty(far, dtype=np.int32), np.empty((far, 9)))
    call("split_blocks", nodes, *whole.arrays, single.block, rest.column, rest.block)
    return Blocks(upper, whole.column[:kept], whole.block[:kept]), single, rest


def _rows_of(some: np.ndarray, whole: Blocks, nodes: int) -> Blocks:
    """Whole rows of some nodes within a rank in single precision, the diagonal block first."""
    counts = np.diff(whole.start)[some]
    place = np.repeat(np.arange(len(some)), counts)
    blocks = np.arange(counts.sum()) + np.repeat(whole.start[some] - np.cumsum(counts) + counts, counts)
    own = whole.column[blocks] < nodes
    place, blocks = place[own], blocks[own]
    order = blocks[np.lexsort((whole.column[blocks] != some[place], place))]
    start = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=len(some)))]).astype(np.int64)
    return Blocks(start, whole.column[order], whole.block[order].astype(np.float32))


class Transfer:
    """Between linear and quadratic displacements of one mesh: an edge's node moves by the mean of its ends."""

    def __init__(self, coarse_space, fine_space) -> None:
        fine, coarse = fine_space.dofmap, coarse_space.dofmap
        self._own, self._map = coarse.index_map.size_local, coarse.index_map
        nodes, vertices = np.asarray(fine.list), np.asarray(coarse.list)
        parents = np.zeros((nodes.max(initial=0) + 1, 2), dtype=np.int32)
        parents[nodes[:, :4]] = vertices[:, :, None]
        for edge, ends in enumerate(EDGES[3]):
            parents[nodes[:, 4 + edge]] = vertices[:, ends]
        self.nodes = fine.index_map.size_local
        self._parents = np.ascontiguousarray(parents[: self.nodes])
        self._coarse = dolfinx.la.vector(self._map, 3)

    def restrict(self, residual: np.ndarray) -> np.ndarray:
        """This rank's linear residual, shape (linear unknowns,), of a quadratic one."""
        self._coarse.array[:] = 0.0
        call("restrict_to_parents", self.nodes, self._parents, residual, self._coarse.array)
        self._coarse.scatter_reverse(dolfinx.la.InsertMode.add)
        return self._coarse.array[: 3 * self._own]

    def add(self, correction: np.ndarray, solution: np.ndarray) -> None:
        """Add a linear correction to a quadratic solution."""
        self._coarse.array[: 3 * self._own] = correction
        self._coarse.scatter_forward()
        call("add_mean_of_parents", self.nodes, self._parents, self._coarse.array, solution)
