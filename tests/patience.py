"""Patience in tests: what comes about by itself is waited for, and what never ends is told from what is slow, on a busy machine too."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Seen = TypeVar("Seen")


@contextmanager
def comes_to_an_end(limit: float = 20.0) -> Iterator[None]:
    """Fails when what is done inside took more than ``limit`` seconds of the processor's time, as only runaway work does."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < limit, "this grows faster than its input"


def eventually(look: Callable[[], Seen], holds: Callable[[Seen], bool] = bool, seconds: float = 60.0) -> Seen:
    """What ``look`` sees once it ``holds``, or what it saw last, ``seconds`` later, for the test to judge."""
    end = time.monotonic() + seconds
    while not holds(seen := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return seen
