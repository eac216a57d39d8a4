"""SIGTERM as an exception, as Ctrl-C is one: what a command began is cleared away on its way out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Ended(KeyboardInterrupt):
    """SIGTERM, which is to leave as little behind as Ctrl-C."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that what a command began is cleared away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(*_) -> None:
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)


@contextmanager
def held_back() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait for the end: a library that calls Python cannot pass their exceptions on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda got, _: came.append(got))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if came:
        signal.raise_signal(came[0])
