"""Errors go to a service of the operator's: cleaned, and without harm to any request."""

import logging
import threading
import time

import pytest

from clinic_site.checks import error_hook_is_there
from clinic_site.operations.watching import error_hook
from clinic_site.operations.watching.error_hook import HookHandler
from clinic_site.running.unsafe.watching import hook_problem
from clinic_site.running.watching_settings import with_error_hook
from tests.makers import PATIENT

told: list[dict[str, object]] = []
gate = threading.Event()


def raises(facts):
    told.append(facts)
    raise ValueError(PATIENT)


def hangs(facts):
    gate.wait(30)


def keeps(facts):
    told.append(facts)


@pytest.fixture
def hooked():
    """A logger whose errors go to a function of this module, and a way to wait for them."""
    told.clear()
    gate.clear()
    log = logging.getLogger("clinic_site.hooked")
    handlers = []

    def use(function):
        handlers.append(HookHandler(f"{__name__}.{function.__name__}"))
        log.addHandler(handlers[-1])
        return log, handlers[-1]

    yield use
    gate.set()
    for handler in handlers:
        log.removeHandler(handler)


def fail(log, words=PATIENT):
    try:
        raise OSError(28, words, f"/srv/{words}.pdf")
    except OSError:
        log.error("a letter was not stored", exc_info=True)


def test_a_hook_is_told_what_the_log_is_told(hooked):
    log, handler = hooked(keeps)
    fail(log)
    handler.wait()
    [facts] = told
    assert (facts["exception"], facts["said"]) == ("OSError", "ENOSPC")
    assert facts["message"] == "a letter was not stored"
    assert PATIENT not in repr(facts)


def test_a_line_of_others_is_cleaned_too(hooked):
    _, handler = hooked(keeps)
    handler.handle(logging.LogRecord("lib", logging.ERROR, "f", 1, f"bad {PATIENT}", (), None))
    handler.wait()
    assert PATIENT not in repr(told)


def test_warnings_are_told_to_nobody(hooked):
    log, handler = hooked(keeps)
    log.warning("it is late")
    handler.wait()
    assert told == []


@pytest.mark.parametrize("name", ["django.security.DisallowedHost", "django.request"])
def test_what_a_stranger_causes_and_second_lines_are_told_to_nobody(hooked, name):
    _, handler = hooked(keeps)
    handler.handle(logging.LogRecord(name, logging.ERROR, "f", 1, "words", (), None))
    handler.wait()
    assert told == []


def test_a_hook_that_raises_harms_nobody_and_is_asked_again(hooked, caplog):
    log, handler = hooked(raises)
    fail(log)
    fail(log)
    handler.wait()
    assert len(told) == 2
    assert caplog.text.count("the error hook failed") == 1


def test_a_hook_that_hangs_delays_nobody(hooked, monkeypatch):
    monkeypatch.setattr(error_hook, "LAST_WORDS_SECONDS", 0.05)
    log, handler = hooked(hangs)
    began = time.monotonic()
    for _ in range(error_hook.WAITING_AT_MOST + 20):
        fail(log)
    handler.wait()
    assert time.monotonic() - began < 5
    assert handler.left_out >= 19


def test_a_hook_that_is_not_there_harms_nobody(caplog):
    handler = HookHandler("clinic_site.gone.hook")
    handler.handle(logging.LogRecord("clinic_site.x", logging.ERROR, "f", 1, "words", (), None))
    handler.wait()
    assert "the error hook failed" in caplog.text


def test_a_check_names_a_hook_that_is_not_there(settings):
    settings.ERROR_HOOK = "clinic_site.gone.hook"
    [found] = error_hook_is_there(None)
    assert found.id == "clinic_site.E020"
    settings.ERROR_HOOK = f"{__name__}.keeps"
    assert error_hook_is_there(None) == []


@pytest.mark.parametrize(
    ("path", "is_fine"), [("", True), ("a.b", True), ("a", False), ("a b.c", False)]
)
def test_what_is_no_path_stops_the_start(path, is_fine):
    assert (hook_problem(path) == "") is is_fine


def test_only_a_site_with_a_hook_has_its_handler():
    plain = {"handlers": {"stderr": {}}, "root": {"handlers": ["stderr"], "level": "INFO"}}
    assert with_error_hook(plain, "") is plain
    hooked = with_error_hook(plain, "a.b")
    assert hooked["root"]["handlers"] == ["stderr", "hook"]
    assert hooked["handlers"]["hook"]["hook"] == "a.b"
