"""How long something takes on the processor, whatever else the machine does."""

import sys
import time
from collections.abc import Callable


def processor_seconds(action: Callable[[], object]) -> float:
    """Processor time of this process, without what counts branches (`make coverage`)."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        started = time.process_time()
        action()
        return time.process_time() - started
    finally:
        sys.settrace(tracer)
