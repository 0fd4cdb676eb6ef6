"""Fails when a public header X.hpp has no tests/unit/X_test.cpp that includes it first, or when there are too many headers."""

import tree

MOST_PUBLIC_HEADERS = 36


def main():
    root = tree.arguments(__doc__).root
    headers = tree.public_headers(root)
    faults = []
    for header in headers:
        test = root / "tests" / "unit" / header.with_name(header.stem + "_test.cpp")
        place = test.relative_to(root)
        if not test.exists():
            faults.append(f"{place}: does not exist, but {header} does")
            continue
        first = next(iter(tree.includes(test)), (1, "nothing"))
        if first[1] != f"fauxbank/{header.as_posix()}":
            faults.append(f"{place}:{first[0]}: includes {first[1]} before fauxbank/{header.as_posix()}")
    if len(headers) > MOST_PUBLIC_HEADERS:
        faults.append(f"{len(headers)} public headers; at most {MOST_PUBLIC_HEADERS} are wanted")
    tree.report("test_mirror", faults)


if __name__ == "__main__":
    main()
