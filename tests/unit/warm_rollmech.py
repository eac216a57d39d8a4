"""Runs `rollmech` again and again out of one process that has imported everything: a start costs no imports.

Reads a JSON list of arguments a line and answers with the id of the process that it forked for them.
"""

from __future__ import annotations

import json
import os
import signal
import sys

import pyarrow.csv
import pyarrow.parquet

import rollmech.pipeline
import rollmech.study.walk
from rollmech.cli import main
from rollmech.study import local

IMPORTED = (pyarrow.csv, pyarrow.parquet, rollmech.pipeline, rollmech.study.walk)


def serve() -> None:
    """Until there is nothing more to read."""
    local._START = "fork"
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead vanish at once
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(main(json.loads(line)))
        print(child, flush=True)


if __name__ == "__main__":
    serve()
