"""Starts `fauxbank serve` on a free port and ends it; shared by the tests of the server."""

import http.client
import json
import re
import signal
import subprocess
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
KEY = {"Authorization": "Bearer sk_test_123"}
ACCOUNTS = "/v1/financial_connections/accounts"


class Served:
    """with Served(program, "--scenario", file) as bank: bank.get("/v1/…")"""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, "serve", *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        match = re.fullmatch(r"fauxbank: listening on (http://127\.0\.0\.1:(\d+))\n", line)
        if not match:
            self.process.kill()
            raise AssertionError(f"the first line is {line!r}")
        self.url, self.port = match.group(1), int(match.group(2))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()

    def stop(self, how=signal.SIGTERM):
        """Ends it; the exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=20)

    def request(self, method, target, body=None, headers=None):
        """(status, headers, text) of one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def get(self, target):
        status, _, text = self.request("GET", target, headers=KEY)
        return status, json.loads(text)

    def post(self, target, body=""):
        form = {**KEY, "Content-Type": "application/x-www-form-urlencoded"}
        status, _, text = self.request("POST", target, body, form)
        return status, json.loads(text)
