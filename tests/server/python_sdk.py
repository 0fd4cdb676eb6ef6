"""Debian's python3-stripe on a server of its own. It sends no Stripe-Version, so the server is told to answer in the
current form; it has no subscribe, unsubscribe and transactions.

usage: /usr/bin/python3 python_sdk.py PROGRAM

Ends with 77, which skips the test, where the package is missing.
"""

import json
import sys
import unittest
from pathlib import Path

try:
    import stripe
except ImportError:
    print("skipped: the package stripe is not there for this Python (Debian: python3-stripe)")
    sys.exit(77)

from served import Served

PROGRAM = sys.argv.pop(1)
SCENARIO = Path(__file__).resolve().parent / "sdk" / "scenario.json"
Account = stripe.financial_connections.Account


class PythonSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bank = Served(PROGRAM, "--scenario", SCENARIO, "--clock", "manual", "--form", "current")
        stripe.api_base = cls.bank.url
        stripe.api_key = "sk_test_123"
        stripe.enable_telemetry = False

    @classmethod
    def tearDownClass(cls):
        cls.bank.__exit__()

    def setUp(self):
        self.bank.post("/_fauxbank/reset")

    def refused(self, error, call, **members):
        with self.assertRaises(error) as caught:
            call()
        for name, value in members.items():
            self.assertEqual(getattr(caught.exception, name), value)

    def test_lists_and_pages_by_itself(self):
        page = Account.list(limit=3)
        self.assertEqual([row.id for row in page.data], ["fca_7", "fca_6", "fca_5"])
        self.assertTrue(page.has_more)
        ids = [f"fca_{n}" for n in range(7, 0, -1)]
        self.assertEqual([row.id for row in page.auto_paging_iter()], ids)
        back = Account.list(limit=2, ending_before="fca_1")
        self.assertEqual([row.id for row in back.auto_paging_iter()], ids[5::-1])
        mine = Account.list(account_holder={"customer": "cus_2"})
        self.assertEqual([row.id for row in mine.data], ["fca_7"])

    def test_retrieves_refreshes_and_disconnects(self):
        account = Account.retrieve("fca_7", expand=["ownership"])
        self.assertEqual(account.object, "financial_connections.account")
        self.assertEqual(account.ownership.id, "fcaowns_7")
        account = Account.refresh_account("fca_1", features=["balance"])
        self.assertEqual(account.balance_refresh.status, "pending")
        self.bank.post("/_fauxbank/advance?by=5s")
        self.assertEqual(Account.retrieve("fca_1").balance_refresh.status, "succeeded")
        self.assertEqual(Account.disconnect("fca_2").status, "disconnected")

    def test_lists_owners(self):
        owners = Account.list_owners("fca_7", ownership="fcaowns_7")
        self.assertEqual({owner.name for owner in owners.data}, {"Jane Smith", "John Smith", "Jo Smith"})

    def test_creates_and_retrieves_sessions(self):
        made = stripe.financial_connections.Session.create(
            account_holder={"type": "customer", "customer": "cus_1"}, permissions=["balances"])
        self.assertEqual(stripe.financial_connections.Session.retrieve(made.id).id, made.id)

    def test_raises_errors_by_class(self):
        errors = stripe.error
        self.refused(errors.InvalidRequestError, lambda: Account.retrieve("fca_none"), http_status=404,
                     code="resource_missing", param="account")
        self.refused(errors.InvalidRequestError, lambda: Account.list(limit=101), http_status=400, param="limit")
        self.refused(errors.AuthenticationError, lambda: Account.list(api_key="sk_" + "live_" + 24 * "x"), http_status=401)
        self.refused(errors.PermissionError, lambda: Account.list(stripe_account="acct_none"), http_status=403)
        self.bank.post("/_fauxbank/faults", json.dumps([
            {"operation": "list", "nth": 1, "kind": "rate_limit"}, {"operation": "list", "nth": 2, "kind": "server_error"},
            {"operation": "list", "from": 3, "kind": "empty_answer"}]))
        self.refused(errors.RateLimitError, Account.list, http_status=429)
        self.refused(errors.APIError, Account.list, http_status=500)
        self.refused(errors.APIConnectionError, Account.list)


if __name__ == "__main__":
    unittest.main()
