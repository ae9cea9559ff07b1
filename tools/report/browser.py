# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""A headless Chromium for tests: opens one page and does what hands and keys do, over the DevTools protocol by pipe."""

import base64
import json
import os
import select
import subprocess
import tempfile
import time
from typing import Any, Dict, List, Optional

Json = Dict[str, Any]

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions",
         "--hide-scrollbars", "--force-device-scale-factor=1", "--remote-debugging-pipe")
KEYS = {"Tab": ("Tab", 9), "Enter": ("Enter", 13), "ArrowLeft": ("ArrowLeft", 37), "ArrowRight": ("ArrowRight", 39),
        "Home": ("Home", 36), "Escape": ("Escape", 27)}


class BrowserError(Exception):
    """The browser is gone, does not answer, or a script failed."""


class Browser:
    """One browser with one page. To be used as a context manager."""

    def __init__(self, width: int = 1280, height: int = 900, seconds: float = 60) -> None:
        self._seconds = seconds
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        self._process = self._start(to_browser, from_browser, width, height)
        os.close(to_browser)
        os.close(from_browser)
        self._buffer = b""
        self._number = 0
        self._session: Optional[str] = None
        # What the page wrote to its console, exceptions included; and every address that it asked for.
        self.console: List[str] = []
        self.requests: List[str] = []
        self._loaded = False
        target = next(t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self._session = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(domain + ".enable")

    def _start(self, to_browser: int, from_browser: int, width: int, height: int) -> subprocess.Popen:
        home = self._folder.name
        # The browser reads from 3 and writes to 4; both are moved out of the way first.
        script = f'exec 7<&{to_browser} 8>&{from_browser}; exec chromium "$@" 3<&7 4>&8'
        return subprocess.Popen(
            ["bash", "-c", script, "chromium", *FLAGS, f"--user-data-dir={home}/profile", f"--window-size={width},{height}",
             "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home, DBUS_SESSION_BUS_ADDRESS="/dev/null"))

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: Any) -> None:
        try:
            self._session = None
            self.send("Browser.close")
        except BrowserError:
            pass
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._out)
        os.close(self._in)
        self._folder.cleanup()

    def _receive(self, until: float) -> Json:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0, until - time.monotonic()))
            more = os.read(self._in, 1 << 20) if ready else b""
            if not more:
                raise BrowserError("the browser does not answer")
            self._buffer += more
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, message: Json) -> None:
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled":
            self.console.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Page.loadEventFired":
            self._loaded = True

    def send(self, method: str, **params: Any) -> Json:
        """Sends a command and waits for its answer."""
        self._number += 1
        message: Json = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        try:
            os.write(self._out, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise BrowserError("the browser is gone") from error
        until = time.monotonic() + self._seconds
        while True:
            answer = self._receive(until)
            if answer.get("id") != self._number:
                self._note(answer)
                continue
            if "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            return answer["result"]

    def open(self, path: str) -> None:
        """Opens a file and waits until it is loaded."""
        self._loaded = False
        self.send("Page.navigate", url="file://" + os.path.abspath(path))
        until = time.monotonic() + self._seconds
        while not self._loaded:
            self._note(self._receive(until))
        self.settle()

    def settle(self) -> None:
        """Waits until what was asked for is drawn."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, script: str) -> Any:
        """The value of an expression."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return answer["result"].get("value")

    def middle(self, selector: str) -> List[float]:
        """Where an element is, scrolled into view."""
        return self.run(f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
                        " e.scrollIntoView({block: 'center', behavior: 'instant'});"
                        " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()")

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, selector: str) -> None:
        x, y = self.middle(selector)
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y, button="left", clickCount=1, buttons=1)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1)
        self.settle()

    def drag(self, selector: str, by: float, shift: bool = False) -> None:
        x, y = self.middle(selector)
        held = {"modifiers": 8} if shift else {}
        self.mouse("mousePressed", x, y, button="left", clickCount=1, buttons=1, **held)
        for part in range(1, 6):
            self.mouse("mouseMoved", x + by * part / 5, y, button="left", buttons=1, **held)
        self.mouse("mouseReleased", x + by, y, button="left", clickCount=1, **held)
        self.settle()

    def wheel(self, selector: str, dy: float) -> None:
        """With Ctrl."""
        x, y = self.middle(selector)
        self.mouse("mouseWheel", x, y, deltaX=0, deltaY=dy, modifiers=2)
        self.settle()

    def press(self, key: str) -> None:
        name, code = KEYS.get(key, (key, ord(key[0].upper())))
        text = {} if key in KEYS and key != "Enter" else {"text": "\r" if key == "Enter" else key}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=name, windowsVirtualKeyCode=code, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code)
        self.settle()

    def resize(self, width: int, height: int) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.settle()

    def prefer(self, scheme: str) -> None:
        """As if the system preferred "light" or "dark"."""
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def screenshot(self, path: str, whole: bool = False) -> None:
        picture = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def print_pdf(self) -> bytes:
        return base64.b64decode(self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
