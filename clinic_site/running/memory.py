"""What a process no longer needs goes back to the machine, which others share."""

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Python keeps what it frees, and glibc keeps it a second time."""
    gc.collect()
    with suppress(AttributeError, OSError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
