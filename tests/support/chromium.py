"""Headless Chromium, driven by the WebDriver protocol with nothing but Python's standard library."""

import json
import shutil
import socket
import subprocess
import sys
import urllib.request

SKIPPED = 77
WIDTH, HEIGHT = 1280, 800


def find_or_skip():
    """(chromium, chromedriver); ends with 77, which skips a test, where one is missing."""
    programs = shutil.which("chromium"), shutil.which("chromedriver")
    if not all(programs):
        print("skipped: chromium or chromedriver is not installed (Debian: chromium, chromium-driver)")
        sys.exit(SKIPPED)
    return programs


class Driver:
    """One browser behind chromedriver."""

    def __init__(self, chromium, chromedriver, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.base = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.process = subprocess.Popen(
            [chromedriver, f"--port={self.base.rpartition(':')[2]}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        # It says when it listens, and hardly anything else.
        if not any("started successfully" in line for line in self.process.stdout):
            raise RuntimeError("chromedriver ends before it listens")
        arguments = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            *("--hide-scrollbars", "--force-device-scale-factor=1", "--disable-dev-shm-usage"),
            f"--window-size={WIDTH},{HEIGHT}",
            f"--user-data-dir={folder}/profile",
        ]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": chromium, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        self.session = ""
        self.session = "/session/" + self.call("/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

        # The window is larger than what it shows.
        inner = self.call("/execute/sync", {"script": "return [innerWidth, innerHeight];", "args": []})
        size = {"width": 2 * WIDTH - inner[0], "height": 2 * HEIGHT - inner[1]}
        self.call("/window/rect", size)

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + self.session + path, data, {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def close(self):
        try:
            request = urllib.request.Request(self.base + self.session, method="DELETE")
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).close()
        finally:
            self.process.terminate()
            self.process.wait(30)
