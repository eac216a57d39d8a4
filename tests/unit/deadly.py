"""A worker that dies: a module of its own, as light as the processes that import it should be."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Deadly:
    """Stands in for a worker: dies at some points, once or always, and takes minutes at others."""

    folder: Path
    once: int = -1
    always: int = -1
    slow: tuple[int, ...] = ()

    def warm_up(self):
        """Nothing to import."""

    def rows(self, task):
        for row in task.rows:
            point = int(row)
            mark = self.folder / str(point)
            if point == self.always or (point == self.once and not mark.exists()):
                mark.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if point in self.slow:
                time.sleep(300)
            yield {"point": point, "status": "done", "pid": os.getpid()}
