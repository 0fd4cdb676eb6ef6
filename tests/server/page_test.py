"""The page of a server in headless Chromium, used as a person would.

usage: page_test.py PROGRAM
"""

import json
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from chromium import WIDTH, Driver, find_or_skip
from served import ACCOUNTS, KEY, Served

PROGRAM = sys.argv.pop(1)
SCENARIO = {
    "fauxbank": 1,
    "now": "2023-04-13T19:00:00Z",
    "accounts": [
        {"id": "fca_1", "display_name": "<b id=planted>Checking</b>",
         "refresh": {"balance": {"completes": "manually", "balance": {"current": {"usd": 4200}}}}},
    ],
}


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        scenario = Path(cls.folder.name, "scenario.json")
        scenario.write_text(json.dumps(SCENARIO))
        cls.bank = Served(PROGRAM, "--scenario", scenario, "--clock", "manual")
        cls.driver = Driver(*find_or_skip(), cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.driver.close()
        cls.bank.__exit__()
        cls.folder.cleanup()

    def setUp(self):
        self.bank.post("/_fauxbank/reset")
        self.driver.call("/se/log", {"type": "browser"})  # of the test before
        self.driver.call("/url", {"url": self.bank.url + "/_fauxbank/"})

    def script(self, text):
        return self.driver.call("/execute/sync", {"script": text, "args": []})

    def text(self, selector):
        return self.script(f"return [...document.querySelectorAll({json.dumps(selector)})].map(e => e.innerText).join('\\n')")

    def wait_for(self, selector, wanted):
        deadline = time.monotonic() + 20
        while wanted not in (seen := self.text(selector)):
            self.assertLess(time.monotonic(), deadline, f"{selector} shows {seen!r}, not {wanted!r}")

    def click(self, text):
        """Clicks a button by its text, with the mouse."""
        script = f"return [...document.querySelectorAll('button')].find(b => b.textContent === {json.dumps(text)})"
        found = self.script(script)
        self.assertIsNotNone(found, f"no button {text!r}")
        self.driver.call(f"/element/{next(iter(found.values()))}/click", {})

    def test_shows_what_there_is_and_what_happens(self):
        self.wait_for("#now", "2023-04-13T19:00:00Z")
        self.wait_for("#accounts", "fca_1")
        self.bank.get(f"{ACCOUNTS}?limit=0")
        self.wait_for("#journal", f"GET {ACCOUNTS}?limit=0 400")
        self.bank.post("/_fauxbank/do", '{"do":"deactivate","account":"fca_1"}')
        self.wait_for("#account-fca_1", "inactive")

    def test_moves_the_clock(self):
        self.wait_for("#now", "19:00:00Z")
        self.click("+1h")
        self.wait_for("#now", "2023-04-13T20:00:00Z")
        self.assertEqual(self.bank.get("/_fauxbank/clock")[1]["now"], "2023-04-13T20:00:00Z")
        self.click("Reset to the scenario")
        self.wait_for("#now", "2023-04-13T19:00:00Z")

    def test_completes_a_refresh(self):
        self.bank.post(f"{ACCOUNTS}/fca_1/refresh", "features[]=balance")
        self.wait_for("#account-fca_1", "balance pending")
        self.click("→ succeeded")
        self.wait_for("#account-fca_1", "balance succeeded")
        self.wait_for("#account-fca_1", "4200 usd")
        account = self.bank.get(f"{ACCOUNTS}/fca_1")[1]
        self.assertEqual(account["balance_refresh"]["status"], "succeeded")

    def test_injects_a_fault(self):
        self.wait_for("#accounts", "fca_1")
        self.script("document.getElementById('operation').value = 'retrieve';"
                    "document.getElementById('kind').value = 'rate_limit';")
        self.click("Inject")
        self.wait_for("#faults", "rate_limit")
        self.assertEqual(self.bank.get(f"{ACCOUNTS}/fca_1")[0], 429)
        self.assertEqual(self.bank.get(f"{ACCOUNTS}/fca_1")[0], 200)
        self.wait_for("#faults", "rate_limit before retrieve")
        self.assertEqual([fault["fired"] for fault in self.bank.get("/_fauxbank/faults")[1]["data"]], [1])

    def test_every_kind_that_it_offers_is_a_plan(self):
        self.wait_for("#accounts", "fca_1")
        plans = self.script("return Object.entries(KINDS).map(([kind, more]) => ({operation: 'any', kind, times: 1, ...more}))")
        self.assertGreater(len(plans), 10)
        for plan in plans:
            status, answer = self.bank.post("/_fauxbank/faults", json.dumps(plan))
            self.assertEqual(status, 200, answer)

    def test_says_what_went_wrong(self):
        self.wait_for("#accounts", "fca_1")
        self.script("document.getElementById('times').value = '';")
        self.click("Inject")
        self.wait_for("#problem", "times")

    def test_reads_no_markup_loads_nothing_and_fits(self):
        self.bank.request("GET", f"{ACCOUNTS}?x=%3Cimg%20src=x%3E", headers={**KEY, "X": "<script>"})
        self.wait_for("#journal", "%3Cimg")
        self.wait_for("#accounts", "<b id=planted>Checking</b>")
        self.assertEqual(self.script("return document.querySelectorAll('#planted, #journal img, #journal script').length"), 0)
        loaded = self.script("return performance.getEntriesByType('resource').map(r => r.name)")
        self.assertEqual([name for name in loaded if not name.startswith(self.bank.url + "/_fauxbank/")], [])
        self.assertLessEqual(self.script("return document.documentElement.scrollWidth"), WIDTH)
        self.assertEqual(self.driver.call("/se/log", {"type": "browser"}), [])

    def test_another_site_can_neither_call_nor_frame_it(self):
        self.driver.call("/url", {"url": "data:text/html,<title>elsewhere</title>"})
        target = json.dumps(self.bank.url + "/_fauxbank/advance?by=1h")
        self.driver.call("/execute/async", {
            "script": f"const done = arguments[0]; fetch({target}, {{method: 'POST', mode: 'no-cors'}}).then(done, done)",
            "args": []})
        self.assertEqual(self.bank.get("/_fauxbank/clock")[1]["now"], "2023-04-13T19:00:00Z")
        self.driver.call("/se/log", {"type": "browser"})  # it says that this failed


if __name__ == "__main__":
    find_or_skip()
    unittest.main()
