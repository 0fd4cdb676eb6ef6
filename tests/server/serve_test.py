"""`fauxbank serve` as a user starts it: its line, its clocks, its control paths, its end.

usage: serve_test.py PROGRAM
"""

import hmac
import http.client
import http.server
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

from served import ACCOUNTS, KEY, Served

PROGRAM = sys.argv.pop(1)
SCENARIO = {
    "fauxbank": 1,
    "now": "2023-04-13T19:00:00Z",
    "accounts": [
        {"id": "fca_1", "refresh": {"balance": {"completes": "manually"}}},
        {"id": "fca_2", "tenant": "acct_1"},
    ],
}


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.scenario = self.folder / "scenario.json"
        self.scenario.write_text(json.dumps(SCENARIO))

    def serve(self, *arguments):
        served = Served(PROGRAM, "--scenario", self.scenario, *arguments)
        self.addCleanup(served.__exit__)
        return served


class Serve(Files):
    def test_serves_the_scenario_and_ends_on_either_signal(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            bank = self.serve("--clock", "manual")
            self.assertEqual(bank.get(f"{ACCOUNTS}/fca_1")[1]["object"], "linked_account")
            self.assertEqual(bank.stop(how), 0)

    def test_takes_form_seed_port_and_unix_socket(self):
        path = self.folder / "socket"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        bank = self.serve("--form=current", "--seed", "7", "--port", port, "--unix", path)
        self.assertEqual(bank.port, port)
        self.assertEqual(bank.get(f"{ACCOUNTS}/fca_1")[1]["object"], "financial_connections.account")
        with socket.socket(socket.AF_UNIX) as local:
            local.connect(str(path))
            local.sendall(b"GET / HTTP/1.0\r\n\r\n")
            self.assertTrue(local.recv(100).startswith(b"HTTP/1.1 401 "))

    def test_listens_on_loopback_alone(self):
        bank = self.serve()
        rows = [line.split() for line in Path(f"/proc/{bank.process.pid}/net/tcp").read_text().splitlines()[1:]]
        sockets = {link.readlink().name for link in Path(f"/proc/{bank.process.pid}/fd").iterdir()
                   if str(link.readlink()).startswith("socket:")}
        local = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]
        self.assertEqual(local, [f"0100007F:{bank.port:04X}"])
        six = [line.split() for line in Path(f"/proc/{bank.process.pid}/net/tcp6").read_text().splitlines()[1:]]
        self.assertEqual([row for row in six if f"socket:[{row[9]}]" in sockets], [])

    def test_explains_what_it_does_not_understand(self):
        for arguments, text in [
            (["--prot", "1"], "no such option: --prot; nearest is --port"),
            (["--port", "65536"], "--port: '65536' is not a port"),
            (["--port"], "--port needs a value"),
            (["--form", "old"], "neither documented nor current"),
            (["--clock=sun"], "neither wall nor manual"),
            (["--seed", "x"], "'x' is not a number"),
            (["--webhook", "http://example.com/hooks"], "is not on this machine"),
            (["--webhook-secret="], "a secret is needed"),
        ]:
            done = subprocess.run([PROGRAM, "serve", *arguments], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(text, done.stderr)

    def test_ends_with_bad_news_when_it_cannot_serve(self):
        bad = self.folder / "bad.json"
        bad.write_text('{"fauxbank": 1, "acounts": []}')
        bank = self.serve()
        for arguments, text in [
            (["--scenario", bad], "acounts"),
            (["--port", str(bank.port)], f"cannot listen on 127.0.0.1:{bank.port}"),
            (["--journal", self.folder / "none" / "x"], "cannot write"),
        ]:
            done = subprocess.run([PROGRAM, "serve", *map(str, arguments)], capture_output=True, text=True, timeout=20)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(text, done.stderr)

    def test_delivers_events_where_it_is_told(self):
        received = []

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.path, self.headers["Stripe-Signature"], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
            threading.Thread(target=receiver.serve_forever, daemon=True).start()
            webhook = f"http://127.0.0.1:{receiver.server_port}/hooks"
            bank = self.serve("--webhook", webhook, "--webhook-secret", "whsec_old", "--webhook-secret=whsec_new")
            bank.post(f"{ACCOUNTS}/fca_1/disconnect")
            self.assertEqual([event["data"]["object"]["id"] for event in bank.get("/_fauxbank/outbox")[1]["data"]], ["fca_1"])
            self.assertEqual(received, [], "nothing is sent by itself")
            self.assertEqual(bank.post("/_fauxbank/deliver"), (200, {"object": "delivery", "delivered": 1, "waiting": 0}))
            receiver.shutdown()
        [(path, header, body)] = received
        self.assertEqual(path, "/hooks")
        at, *signatures = header.split(",")
        self.assertLess(abs(int(at.removeprefix("t=")) - time.time()), 60)
        wanted = [hmac.new(secret, at.removeprefix("t=").encode() + b"." + body, "sha256").hexdigest()
                  for secret in (b"whsec_old", b"whsec_new")]
        self.assertEqual(signatures, [f"v1={one}" for one in wanted])
        status, error = bank.post(f"/_fauxbank/deliver?to={urllib.parse.quote('http://10.0.0.1/')}")
        self.assertEqual(status, 400)
        self.assertIn("'http://10.0.0.1/' is not on this machine", error["error"]["message"])

    def test_refuses_live_keys_and_keeps_them_nowhere(self):
        journal = self.folder / "journal"
        bank = self.serve("--journal", journal)
        key = "sk_" + "live_abcdefghijklmnop"
        status, _, text = bank.request("GET", f"{ACCOUNTS}?x={key}", headers={"Authorization": f"Bearer {key}"})
        self.assertEqual(status, 401)
        for place in (text, bank.request("GET", "/_fauxbank/journal")[2], journal.read_text()):
            self.assertNotIn("_live_", place)

    def test_ends_under_load_with_every_answer_in_the_journal(self):
        journal = self.folder / "journal"
        bank = self.serve("--journal", journal, "--clock", "manual")
        received, failures = [], []

        def load():
            connection = http.client.HTTPConnection("127.0.0.1", bank.port, timeout=20)
            headers = {**KEY, "Content-Type": "application/x-www-form-urlencoded"}
            try:
                for turn in range(100_000):
                    verb = "unsubscribe" if turn % 2 else "subscribe"
                    connection.request("POST", f"{ACCOUNTS}/fca_1/{verb}", "features[]=transactions", headers)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status != 200:
                        failures.append(answer.status)
                    received.append(answer.headers["Request-Id"])
            except (OSError, http.client.HTTPException):
                pass  # the server has ended

        threads = [threading.Thread(target=load) for _ in range(8)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while len(received) < 400 and time.monotonic() < deadline:
            threads[0].join(0.01)
        self.assertEqual(bank.stop(), 0)
        for thread in threads:
            thread.join()
        entries = [json.loads(line) for line in journal.read_text().splitlines()]
        kept = {line.removeprefix("Request-Id: ") for entry in entries
                for line in entry["response_headers"].splitlines() if line.startswith("Request-Id: ")}
        self.assertEqual(failures, [])
        self.assertGreaterEqual(len(received), 400)
        self.assertEqual(set(received) - kept, set())
        self.assertEqual([entry["number"] for entry in entries], list(range(1, len(entries) + 1)))


class ControlPaths(Files):
    def test_move_read_and_reset_the_clock(self):
        bank = self.serve("--clock", "manual")
        self.assertEqual(bank.get("/_fauxbank/clock")[1]["now"], "2023-04-13T19:00:00Z")
        status, clock = bank.post("/_fauxbank/advance?by=90s")
        self.assertEqual((status, clock["now"], clock["mode"]), (200, "2023-04-13T19:01:30Z", "manual"))
        for bad in ("90", "-1s", "", "9999999d"):
            status, error = bank.post(f"/_fauxbank/advance?by={bad}")
            self.assertEqual(status, 400, error)
        self.assertEqual(bank.post("/_fauxbank/reset")[1]["now"], "2023-04-13T19:00:00Z")

    def test_follow_the_wall_and_jump_ahead_of_it(self):
        bank = self.serve()
        clock = bank.get("/_fauxbank/clock")[1]
        self.assertEqual(clock["mode"], "wall")
        later = bank.post("/_fauxbank/advance?by=1h")[1]
        self.assertGreaterEqual(later["now_ms"] - clock["now_ms"], 3_600_000)
        self.assertLess(later["now_ms"] - clock["now_ms"], 3_660_000)
        deadline = time.monotonic() + 20
        while bank.get("/_fauxbank/clock")[1]["now_ms"] == later["now_ms"]:
            self.assertLess(time.monotonic(), deadline)

    def test_complete_refreshes_and_tell_of_events_and_journal(self):
        bank = self.serve("--clock", "manual")
        bank.post(f"{ACCOUNTS}/fca_1/refresh", "features[]=balance")
        status, account = bank.post("/_fauxbank/complete?account=fca_1&feature=balance&outcome=failed")
        self.assertEqual((status, account["balance_refresh"]["status"]), (200, "failed"))
        status, error = bank.post("/_fauxbank/complete?account=fca_l&feature=balance")
        self.assertIn("nearest is 'fca_1'", error["error"]["message"])
        self.assertEqual(status, 400)
        status, error = bank.post("/_fauxbank/complete?account=fca_1&feature=balances")
        self.assertIn("balance, ownership, transactions", error["error"]["message"])
        events = bank.get("/_fauxbank/events")[1]
        self.assertEqual(events["object"], "list")
        self.assertEqual([event["type"] for event in events["data"]],
                         ["financial_connections.account.refreshed_balance"])
        journal = bank.get("/_fauxbank/journal")[1]["data"]
        self.assertEqual([entry["kind"] for entry in journal], ["request", "event", "event"])
        self.assertEqual(len(bank.get("/_fauxbank/journal?after=2")[1]["data"]), 1)
        bank.post("/_fauxbank/reset")
        self.assertEqual(bank.get("/_fauxbank/journal")[1]["data"], [])

    def test_do_an_entry_of_a_timeline(self):
        bank = self.serve("--clock", "manual")
        for entry, status in [
            ({"do": "deactivate", "account": "fca_1"}, "inactive"),
            ({"do": "reactivate", "account": "fca_1"}, "active"),
            ({"do": "disconnect", "account": "fca_1"}, "disconnected"),
        ]:
            self.assertEqual(bank.post("/_fauxbank/do", json.dumps(entry))[0], 200)
            self.assertEqual(bank.get(f"{ACCOUNTS}/fca_1")[1]["status"], status)
        self.assertEqual(bank.post("/_fauxbank/do", '{"do":"link","account":{"id":"fca_3"}}')[0], 200)
        self.assertEqual(bank.get(f"{ACCOUNTS}/fca_3")[0], 200)
        for bad in ('{"do":"deactivate","account":"fca_1"}', '{"do":"deactivat"}', "no json",
                    '{"do":"deactivate","account":"fca_3","at":"+5s"}'):
            status, error = bank.post("/_fauxbank/do", bad)
            self.assertEqual(status, 400, error)

    def test_inject_faults_that_strike_at_the_byte(self):
        bank = self.serve("--clock", "manual")
        plans = [{"operation": "retrieve", "nth": 1, "kind": "connection_reset"},
                 {"operation": "retrieve", "nth": 2, "kind": "truncated_body"},
                 {"operation": "retrieve", "nth": 3, "kind": "empty_answer"},
                 {"operation": "retrieve", "nth": 4, "kind": "garbage"},
                 {"operation": "retrieve", "nth": 5, "kind": "http", "status": 503}]
        status, faults = bank.post("/_fauxbank/faults", json.dumps(plans))
        self.assertEqual((status, len(faults["data"])), (200, 5))
        for error in (ConnectionResetError, http.client.IncompleteRead, http.client.RemoteDisconnected,
                      http.client.BadStatusLine):
            with self.assertRaises(error):
                bank.get(f"{ACCOUNTS}/fca_1")
        self.assertEqual(bank.get(f"{ACCOUNTS}/fca_1")[0], 503)
        self.assertEqual(bank.get(f"{ACCOUNTS}/fca_1")[0], 200)
        self.assertEqual([fault["fired"] for fault in bank.get("/_fauxbank/faults")[1]["data"]], [1] * 5)
        journal = bank.get("/_fauxbank/journal")[1]["data"]
        self.assertEqual([entry.get("attempt") for entry in journal], [None, 2, 3, 4, 5, 6])
        self.assertEqual([entry.get("attempt_of") for entry in journal], [None, 1, 1, 1, 1, 1])
        self.assertEqual([entry.get("error") for entry in journal],
                         ["connection_reset", "truncated_answer", "empty_answer", "malformed_answer", None, None])
        self.assertEqual([entry.get("applied") for entry in journal], [False, True, True, False, False, None])
        self.assertEqual(len({entry["connection"] for entry in journal}), 6)
        for bad in ('{"kind":"garbag"}', "[", '[{"kind":"garbage"},{"kind":"delay"}]'):
            status, error = bank.post("/_fauxbank/faults", bad)
            self.assertEqual(status, 400, error)
        self.assertEqual(len(bank.get("/_fauxbank/faults")[1]["data"]), 5)

    def test_hold_a_late_answer_until_the_clock_is_moved(self):
        bank = self.serve("--clock", "manual")
        bank.post("/_fauxbank/faults", '[{"operation":"retrieve","nth":1,"kind":"delay","fixed":"5s"},'
                                       '{"operation":"retrieve","nth":2,"kind":"slow_body","bytes_per_second":100},'
                                       '{"operation":"retrieve","nth":3,"kind":"timeout"}]')
        answers = []
        for advance in (["4s", "1s"], ["1s", "1m"]):
            thread = threading.Thread(target=lambda: answers.append(bank.get(f"{ACCOUNTS}/fca_1")))
            thread.start()
            deadline = time.monotonic() + 20
            # A request that is still under way stands in no journal; what holds it up has struck.
            while sum(fault["fired"] for fault in bank.get("/_fauxbank/faults")[1]["data"]) <= len(answers):
                self.assertLess(time.monotonic(), deadline)
            before = len(answers)
            bank.post(f"/_fauxbank/advance?by={advance[0]}")
            thread.join(0.2)
            self.assertEqual(len(answers), before, "it is too early")
            bank.post(f"/_fauxbank/advance?by={advance[1]}")
            thread.join(20)
            self.assertEqual(answers[-1][0], 200)
        connection = http.client.HTTPConnection("127.0.0.1", bank.port, timeout=0.2)
        connection.request("GET", f"{ACCOUNTS}/fca_1", headers=KEY)
        with self.assertRaises(TimeoutError):
            connection.getresponse()
        connection.close()
        self.assertEqual(bank.get(f"{ACCOUNTS}/fca_1")[0], 200)

    def test_show_all_accounts(self):
        accounts = self.serve().get("/_fauxbank/accounts")[1]["data"]
        self.assertEqual([account["id"] for account in accounts], ["fca_1", "fca_2"])

    def test_answer_only_to_a_loopback_host_and_their_own_origin(self):
        bank = self.serve("--clock", "manual")
        own = f"127.0.0.1:{bank.port}"
        for headers, wanted in [
            ({"Host": own}, 200),
            ({"Host": f"localhost:{bank.port}"}, 200),
            ({"Host": "[::1]"}, 200),
            ({"Host": own, "Origin": f"http://{own}"}, 200),
            ({"Host": "evil.example"}, 403),
            ({"Host": f"evil.example:{bank.port}"}, 403),
            ({"Host": "localhost.evil.example"}, 403),
            ({"Host": "127.0.0.1.evil.example"}, 403),
            ({"Host": own, "Origin": "http://evil.example"}, 403),
            ({"Host": own, "Origin": f"https://{own}"}, 403),
            ({"Host": own, "Origin": "null"}, 403),
            ({"Host": own, "Origin": f"http://localhost:{bank.port}"}, 403),
            ({"Host": own, "Sec-Fetch-Site": "cross-site"}, 403),
        ]:
            for method, target in [("POST", "/_fauxbank/advance?by=1s"), ("GET", "/_fauxbank/")]:
                self.assertEqual(bank.request(method, target, headers=headers)[0], wanted, headers)
        self.assertEqual(bank.get("/_fauxbank/clock")[1]["now"], "2023-04-13T19:00:04Z")

    def test_say_what_there_is(self):
        bank = self.serve()
        status, error = bank.get("/_fauxbank/clok")
        self.assertEqual(status, 404)
        self.assertIn("/_fauxbank/clock", error["error"]["message"])
        self.assertEqual(bank.get("/_fauxbank/advance")[0], 405)
        self.assertEqual(bank.get("/_fauxbank")[0], 404)
        self.assertEqual(bank.post("/_fauxbank/advance?by=1s&for=2s")[0], 400)
        self.assertEqual(bank.get("/_fauxbankrupt")[0], 404)


if __name__ == "__main__":
    unittest.main()
