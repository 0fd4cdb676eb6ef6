"""Fails when the JSON Schema and the loader do not agree on a scenario file.

Every file of fixtures/scenarios and of fixtures/corpus/scenario is given to both. What a schema cannot say is listed.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

SKIPPED = 77

# Broken files that a schema cannot tell from sound ones: it sees one value at a time.
BEYOND_A_SCHEMA = {
    # two members of one name are one to a JSON library
    "key_twice", "key_comment_twice", "key_twice_in_account", "balance_currency_twice",
    # ids that are taken, and parts that refer to each other
    "account_id_twice", "list_twice", "session_twice", "timeline_link_taken", "tenant_unlisted", "session_holder",
    "session_permission", "session_full", "timeline_account", "timeline_before_link", "fault_account", "in_flight_none",
    # values that must fit each other
    "fault_range", "fault_uniform", "fault_window", "session_prefetch", "timeline_past",
    # how deep the text is nested; a day that its month does not have
    "json_deep", "now_february",
    # a byte order mark and invalid text are no matter of the document; 1e3 is an integer to JSON Schema
    "json_surrogate", "seed_exponent",
}
NO_JSON = object()


def read(path):
    """The document, or NO_JSON."""
    def no_constant(name):
        raise ValueError(name)

    try:
        return json.loads(path.read_bytes().decode("utf-8"), parse_constant=no_constant)
    except ValueError:
        return NO_JSON


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fixtures", type=Path, required=True)
    arguments.add_argument("--fauxbank", required=True, help="the program")
    arguments = arguments.parse_args()
    try:
        import jsonschema
    except ImportError:
        print("SKIPPED: no module jsonschema (Debian: python3-jsonschema)")
        return SKIPPED

    schema = json.loads((arguments.fixtures / "schema" / "scenario.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    faults = []
    files = sorted((arguments.fixtures / "scenarios").glob("*.json"))
    files += sorted((arguments.fixtures / "corpus" / "scenario").glob("*.json"))
    if len(files) < 75:
        faults.append(f"only {len(files)} files")
    for path in files:
        loads = subprocess.run([arguments.fauxbank, "check", path], stdout=subprocess.DEVNULL).returncode == 0
        document = read(path)
        valid = document is not NO_JSON and validator.is_valid(document)
        listed = path.parent.name == "scenario" and path.stem in BEYOND_A_SCHEMA
        if path.parent.name == "scenarios" and not (loads and valid):
            faults.append(f"{path.name}: loader {loads}, schema {valid}: both must accept it")
        elif listed and (loads or not valid):
            faults.append(f"{path.name}: is listed as beyond a schema, but loader says {loads}, schema {valid}")
        elif not listed and loads != valid:
            faults.append(f"{path.name}: loader says {loads}, schema {valid}")

    # Examples complete themselves in an editor, so they must be valid.
    for name, part in {"scenario": schema, **schema["$defs"]}.items():
        for example in part.get("examples", []):
            inner = {**part, "$defs": schema["$defs"]}
            if not jsonschema.Draft202012Validator(inner).is_valid(example):
                faults.append(f"the schema's own example of {name} is not valid: {example}")
        if "description" not in part and name not in {"text"}:
            faults.append(f"{name} has no description")
    print(*(f"schema_agreement: {fault}" for fault in faults), sep="\n")
    print(f"schema_agreement: {len(files)} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
