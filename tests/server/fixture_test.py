"""A test that a server was started for: its URL is in the environment.

usage: fixture_test.py            of the scenario of the SDKs, in the current form, at FAUXBANK_URL
       fixture_test.py --empty    of an empty world on a manual clock, at BANK
"""

import json
import os
import sys
import urllib.request

empty = sys.argv[1:] == ["--empty"]
url = os.environ["BANK" if empty else "FAUXBANK_URL"]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(path):
    request = urllib.request.Request(url + path, headers={"Authorization": "Bearer sk_test_123"})
    with opener.open(request, timeout=20) as answer:
        return json.load(answer)


accounts = get("/v1/financial_connections/accounts")["data"]
clock = get("/_fauxbank/clock")
if empty:
    assert accounts == [] and clock["mode"] == "manual", (accounts, clock)
else:
    assert len(accounts) == 7 and accounts[0]["object"] == "financial_connections.account", accounts
    assert clock["mode"] == "wall", clock
