"""Tells what never ends from what is slow: a limit far above what a case takes, in the processor's time, so that a busy machine
fails nothing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def comes_to_an_end(limit: float = 20.0) -> Iterator[None]:
    """Fails when what is done inside took more than ``limit`` seconds of the processor's time, as only runaway work does."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < limit, "this grows faster than its input"
