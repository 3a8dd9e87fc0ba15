"""Errors go to a function of the operator's too (ERROR_HOOK), for example one that tells an error
service. It gets what stands in the log line and nothing else: no exception, no local variable, no
request, as each of them may hold a patient (`clinic_site/logs/exceptions.py`).

    def tell(facts: dict[str, object]) -> None: ...

It is called in a thread of its own, one error after the other: one that is slow, hangs or raises
delays no request and ends no process. What does not fit into the queue is left out and counted.
"""

import atexit
import logging
import os
import queue
import threading
import time
from typing import Any

from django.utils.module_loading import import_string

from clinic_site.logs.lines import PrivateFormatter

WAITING_AT_MOST = 100
LAST_WORDS_SECONDS = 2.0  # what a process that ends waits for its errors to be told
SAID_EVERY_SECONDS = 60

logger = logging.getLogger(__name__)


def is_ours_to_mend(record: logging.LogRecord) -> bool:
    """Not what any stranger can cause (a foreign host name), and not Django's second line about an
    answer of 503, which has no error in it: a monitor of a sick site would flood a service."""
    if record.name.startswith("django.security"):
        return False
    return record.name != "django.request" or bool(record.exc_info)


class HookHandler(logging.Handler):
    """For `logging`. Makes its thread when the first error comes, anew in each process."""

    def __init__(self, hook: str) -> None:
        super().__init__(level=logging.ERROR)
        self.path = hook
        self.facts_of = PrivateFormatter().facts
        self.begin()
        atexit.register(self.wait)

    def begin(self) -> None:
        self.process, self.thread = os.getpid(), None
        self.waiting: queue.Queue[dict[str, Any]] = queue.Queue(WAITING_AT_MOST)
        self.left_out, self.silent_until = 0, 0.0

    thread: threading.Thread | None

    def emit(self, record: logging.LogRecord) -> None:
        if not is_ours_to_mend(record):
            return
        if self.process != os.getpid():
            self.begin()
        facts = self.facts_of(record)
        facts.pop("words", None)
        try:
            self.waiting.put_nowait(facts)
        except queue.Full:
            self.left_out += 1
            return
        if self.thread is None or not self.thread.is_alive():
            self.thread = threading.Thread(target=self.tell_all, daemon=True)
            self.thread.start()

    def tell_all(self) -> None:
        while True:
            facts = self.waiting.get()
            try:
                import_string(self.path)(facts)
            except Exception as error:
                self.say("the error hook failed", error)
            finally:
                self.waiting.task_done()
            if self.left_out:
                self.say(f"the error hook is slow: {self.left_out} errors were not told to it")

    def say(self, words: str, error: BaseException | None = None) -> None:
        """A warning, which goes to no hook, and not of each error."""
        if time.monotonic() >= self.silent_until:
            self.silent_until, self.left_out = time.monotonic() + SAID_EVERY_SECONDS, 0
            logger.warning(words, exc_info=error)

    def wait(self) -> None:
        """Until all is told, but not for long."""
        until = time.monotonic() + LAST_WORDS_SECONDS
        while self.process == os.getpid() and self.thread and self.waiting.unfinished_tasks:
            if time.monotonic() >= until:
                return
            time.sleep(0.02)
