"""Debian's Firefox without a screen, driven by its own remote protocol (Marionette).

Playwright drives only a Firefox of its own, which would need a download; the library
marionette-driver stands on a module that Python 3.13 no longer has. The protocol is small: a
length, a colon and a JSON list `[0, number, command, parameters]`, answered in the same form.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.running_site import free_port

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
START_SECONDS = 60  # on a busy machine
QUIET = {
    "app.update.enabled": "false",
    "browser.shell.checkDefaultBrowser": "false",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false",
    "toolkit.telemetry.enabled": "false",
}


ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # how WebDriver marks an element in JSON
ENTER, SPACE, TAB, ESCAPE = "\ue007", " ", "\ue004", "\ue00c"
IS_NEW_PAGE = "return document.readyState == 'complete' && !document.documentElement.dataset.old"


class MarionetteError(AssertionError):
    """What Firefox could not do, in its own words."""


class Marionette:
    """One connection; `send` waits for the answer and raises where it is an error."""

    def __init__(self, port: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
                break
            except OSError:
                assert time.monotonic() < deadline, "Firefox does not start"
                time.sleep(0.1)
        self.stream = self.socket.makefile("rb")
        self.receive()  # it says hello
        self.number = 0
        self.send("WebDriver:NewSession", strictFileInteractability=False)
        self.send("WebDriver:SetTimeouts", implicit=10_000, pageLoad=60_000, script=30_000)

    def close(self) -> None:
        self.stream.close()
        self.socket.close()

    def send(self, command: str, **parameters: Any) -> Any:
        self.number += 1
        message = json.dumps([0, self.number, command, parameters]).encode()
        self.socket.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self.receive()
        if error:
            raise MarionetteError(f"{command}: {error['error']}: {error['message']}")
        return result.get("value") if isinstance(result, dict) else result

    def receive(self) -> Any:
        length = b""
        while (digit := self.stream.read(1)) != b":":
            assert digit, "Firefox has gone"
            length += digit
        return json.loads(self.stream.read(int(length)))


class Firefox:
    """What a person does on a page: types, pastes, ticks, attaches, presses, goes back."""

    def __init__(self, connection: Marionette) -> None:
        self.connection = connection

    def open(self, url: str) -> None:
        self.connection.send("WebDriver:Navigate", url=url)

    def back(self) -> None:
        self.connection.send("WebDriver:Back")

    def reload(self) -> None:
        self.connection.send("WebDriver:Refresh")

    @property
    def address(self) -> str:
        return self.connection.send("WebDriver:GetCurrentURL")

    @property
    def text(self) -> str:
        return self.run("return document.querySelector('main').innerText")

    def run(self, script: str, *arguments: Any) -> Any:
        return self.connection.send("WebDriver:ExecuteScript", script=script, args=list(arguments))

    def find(self, selector: str, using: str = "css selector") -> dict[str, str]:
        return self.connection.send("WebDriver:FindElement", using=using, value=selector)

    def role(self, selector: str) -> str:
        """What the element is to a screen reader, as Firefox works it out."""
        element = self.find(selector)[ELEMENT]
        return self.connection.send("WebDriver:GetComputedRole", id=element)

    def resize(self, *, width: int) -> None:
        self.connection.send("WebDriver:SetWindowRect", width=width, height=844)

    def field(self, name: str, value: str = "") -> dict[str, str]:
        return self.find(f'[name="{name}"]' + (f'[value="{value}"]' if value else ""))

    def keys(self, element: dict[str, str], keys: str) -> None:
        self.connection.send("WebDriver:ElementSendKeys", id=element[ELEMENT], text=keys)

    def strike(self, key: str) -> None:
        """One key, wherever the focus is; Tab may lead out of the page."""
        strokes = [{"type": stroke, "value": key} for stroke in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.connection.send("WebDriver:PerformActions", actions=[keyboard])

    def value(self, name: str) -> str:
        return self.run("return arguments[0].value", self.field(name))

    def is_ticked(self, name: str, value: str = "") -> bool:
        return self.run("return arguments[0].checked", self.field(name, value))

    def type(self, **words: str) -> None:
        for name, word in words.items():
            element = self.field(name)
            self.connection.send("WebDriver:ElementClear", id=element[ELEMENT])
            self.keys(element, word)

    def paste(self, name: str, words: str) -> None:
        """Put a long text in at once, through the field's own editing, as a paste does."""
        script = "arguments[0].focus(); document.execCommand('insertText', false, arguments[1])"
        self.run(script, self.field(name), words)

    def tick(self, name: str, value: str = "") -> None:
        """By the keyboard, so that nothing which covers the box is in the way."""
        self.keys(self.field(name, value), SPACE)

    def attach(self, name: str, path: Path) -> None:
        self.keys(self.field(name), str(path))

    def press(self, words: str) -> None:
        """Press the button or follow the link that says so, and wait for the next page."""
        here = f"//main//*[self::button or self::a][contains(normalize-space(), '{words}')]"
        self.run("document.documentElement.dataset.old = 'yes'")
        self.keys(self.find(here, "xpath"), ENTER)
        self.wait_for(lambda: self.run(IS_NEW_PAGE))

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        """Ask again until it is so. A page that goes away while it is asked is no answer."""
        deadline = time.monotonic() + 60
        while True:
            try:
                if is_so():
                    return
            except MarionetteError:
                if time.monotonic() > deadline:
                    raise
            assert time.monotonic() < deadline, self.text[:500]
            time.sleep(0.05)


@contextmanager
def running_firefox(**preferences: str) -> Iterator[Firefox]:
    """A new Firefox with an empty profile. `preferences` are written as in user.js."""
    if FIREFOX is None:
        if os.environ.get("REQUIRE_SYSTEM_PACKAGES"):
            pytest.fail("Firefox is missing")
        pytest.skip("needs Firefox: apt install firefox-esr")
    profile = Path(tempfile.mkdtemp(prefix="clinic-firefox-"))
    port = free_port()
    lines = {**QUIET, "marionette.port": str(port), **preferences}
    user_js = "".join(f'user_pref("{name}", {value});\n' for name, value in lines.items())
    (profile / "user.js").write_text(user_js)
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with (profile / "firefox.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        connection = Marionette(port)
        yield Firefox(connection)
        connection.close()
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)
