"""``python -m rollmech`` is the command ``rollmech``."""

from __future__ import annotations

import sys

from rollmech.cli import main

if __name__ == "__main__":
    sys.exit(main())
