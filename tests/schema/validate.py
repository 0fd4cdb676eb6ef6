"""Checks every answer that a program prints against the schema, and that mutated answers are found out.

usage: validate.py SCHEMA PROGRAM FOLDER

The program is given the scenarios of the folder and prints lines of where, a schema's name, what was asked and a JSON
body, parted by tabs. The validator is
python3-jsonschema, which shares nothing with this project. Exit code 77, a skip, where it is missing.
"""

import copy
import json
import subprocess
import sys
from pathlib import Path

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

# What must have been seen, so that nobody validates nothing.
WANTED = {
    "account": ["active", "inactive", "disconnected"],
    "account_list": [], "owner_list": [], "transaction_list": [], "session": [], "error": [], "event": [],
    "transaction": ["pending", "posted", "void"],
}
EVENTS = ["created", "deactivated", "reactivated", "disconnected", "refreshed_balance", "refreshed_ownership",
          "refreshed_transactions"]

# (schema, what is done to the first such answer that it can be done to)
MUTATIONS = [
    ("account", lambda a: a.update(object="linked_account")),
    ("account", lambda a: a.update(status="pending")),
    ("account", lambda a: a.pop("created")),
    ("account", lambda a: a.update(balance_refresh={"status": "succeeded"})),
    ("account", lambda a: a["transaction_refresh"].pop("id")),
    ("account", lambda a: a.update(permissions=["balance"])),
    ("account", lambda a: a["balance"].update(current={"usd": "5"})),
    ("account_list", lambda a: a.pop("has_more")),
    ("owner_list", lambda a: a["data"][0].pop("ownership")),
    ("transaction", lambda a: a.update(amount=1.5)),
    ("transaction", lambda a: a.update(colour="red")),
    ("session", lambda a: a.update(permissions=None)),
    ("error", lambda a: a["error"].update(type="card_problem")),
    ("event", lambda a: a["data"]["object"].update(livemode="no")),
]


def main():
    schema_path, program, folder = sys.argv[1:]
    scenarios = sorted(map(str, Path(folder).glob("*.json")))
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validators = {
        name: jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
        for name in schema["$defs"]
    }
    done = subprocess.run([program, *scenarios], capture_output=True, text=True, encoding="utf-8", check=True)
    answers, faults = [], []
    seen_in = dict.fromkeys(["built", *scenarios], 0)
    known = set()  # the same answer comes again and again
    for line in done.stdout.splitlines():
        place, name, asked, body = line.split("\t")
        seen_in[place] += 1
        if (name, body) in known:
            continue
        known.add((name, body))
        answers.append((name, json.loads(body)))
        errors = list(validators[name].iter_errors(answers[-1][1]))
        faults += [f"{place}: {asked}: {name}: /{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in errors]
    faults += [f"{place}: only {count} answers" for place, count in seen_in.items() if count < 40]
    faults += [] if scenarios else ["no scenarios"]

    for name, states in WANTED.items():
        seen = [body for kind, body in answers if kind == name]
        if not seen:
            faults.append(f"no answer of schema {name}")
        faults += [f"no {name} with status {s}" for s in states if s not in {body["status"] for body in seen}]
    types = {body["type"] for name, body in answers if name == "event"}
    faults += [f"no event {kind}" for kind in EVENTS if f"financial_connections.account.{kind}" not in types]

    for number, (name, mutate) in enumerate(MUTATIONS, 1):
        for mutant in (copy.deepcopy(body) for kind, body in answers if kind == name):
            try:
                mutate(mutant)
            except (KeyError, IndexError, TypeError, AttributeError):
                continue  # this answer lacks the member
            if validators[name].is_valid(mutant):
                faults.append(f"mutation {number} of {name} is accepted")
            break
        else:
            faults.append(f"mutation {number} of {name} could not be made")

    print(f"{sum(seen_in.values())} answers, {len(answers)} different ones, in {len(seen_in)} worlds, {len(MUTATIONS)} mutations, {len(faults)} faults")
    for fault in faults[:40]:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
