"""Fails on an include that points upward, sideways between edges, round in a circle, or out of the standard library.

A body (.ipp) counts as the header that includes it. A private header (detail/) stands as high as the highest thing it
includes, unless the table places it, and whoever includes it must stand at least there.
"""

import tree

# Lowest first. A public header that is not here is a fault: decide where it belongs.
LAYERS = [
    ["fwd", "version", "result", "error", "http/message"],
    ["clock", "random"],
    ["model", "rules"],
    ["command", "engine", "accounts", "journal", "outbox"],
    ["http/service"],
    ["transport", "http/wire", "fault", "scenario", "world", "detail/mutex", "detail/local_listener"],
    ["coverage", "retry", "sweep"],
    ["fauxbank"],
]
EDGES = ["gmock", "gmock_json", "gtest", "interpose", "server", "webhook"]  # and everything in client/
EDGE_LEVEL = len(LAYERS)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names} | dict.fromkeys(EDGES, EDGE_LEVEL)

# The C library's one word on whether the process has one thread; ref.hpp does without where it is missing (ADR 0015).
C_LIBRARY = {"sys/single_threaded.h"}
STANDARD = set(
    """algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
    clocale cmath compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio
    cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem forward_list fstream functional
    future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator semaphore
    set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
    strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility
    valarray variant vector version""".split()
)
# They cost every user of the core compile time.
DEAR = {"atomic", "functional", "iostream", "map", "memory", "mutex", "regex", "variant"}


def is_edge(name):
    return name in EDGES or name.startswith("client/")


class Graph:
    """Who includes whom. A unit is a header, by its name without suffix, together with its bodies."""

    def __init__(self, root):
        self.faults = []
        self.base = root / "include" / "fauxbank"
        paths = tree.files(self.base, ".", suffixes={".hpp", ".ipp"})
        self.names = {path: path.relative_to(self.base).as_posix() for path in paths}
        self.headers = {name.removesuffix(".hpp") for name in self.names.values() if name.endswith(".hpp")}
        self.public = {name for name in self.headers if not name.startswith("detail/")}
        self.owners = self.find_owners()
        self.own = {}  # (unit, is_body) -> [(path, line, included unit)]
        self.foreign = []  # (path, unit, is_body, line, name)
        for path in paths:
            self.read(path)

    def fault(self, path, line, text):
        self.faults.append(f"include/fauxbank/{path.relative_to(self.base)}:{line}: {text}")

    def find_owners(self):
        """body -> the header that brings it in, perhaps through another body."""
        includers = {}
        for path, name in self.names.items():
            for _, included in tree.includes(path):
                if included.endswith(".ipp"):
                    includers.setdefault(included.removeprefix("fauxbank/"), set()).add(name)

        def owners(name, seen=()):
            if name.endswith(".hpp"):
                return {name.removesuffix(".hpp")}
            above = (owners(other, (*seen, name)) for other in includers.get(name, ()) if other not in seen)
            return set().union(*above)

        found = {name: owners(name) for name in self.names.values() if name.endswith(".ipp")}
        for name, units in found.items():
            if not units:
                self.faults.append(f"include/fauxbank/{name}:1: no header includes this body")
            elif len(units) > 1:
                self.faults.append(f"include/fauxbank/{name}:1: is a body of {' and of '.join(sorted(units))}")
        return found

    def unit(self, path):
        """What a file belongs to; None for a body without a home."""
        name = self.names[path]
        return min(self.owners[name], default=None) if name.endswith(".ipp") else name.removesuffix(".hpp")

    def read(self, path):
        unit, is_body = self.unit(path), path.suffix == ".ipp"
        if unit is None:
            return
        entries = self.own.setdefault((unit, is_body), [])
        for line, included in tree.includes(path):
            if not included.startswith("fauxbank/"):
                self.foreign.append((path, unit, is_body, line, included))
                continue
            target = included.removeprefix("fauxbank/")
            if target not in self.names.values():
                self.fault(path, line, f"includes {target}, which does not exist")
            elif target.endswith(".hpp") and target.removesuffix(".hpp") != unit:
                entries.append((path, line, target.removesuffix(".hpp")))

    def level(self, unit, seen=()):
        """Where a unit stands; a private header as high as what it includes."""
        if unit.startswith("client/"):
            return EDGE_LEVEL
        if unit in LEVEL:
            return LEVEL[unit]
        if unit in seen:
            return 0
        below = (self.level(target, (*seen, unit)) for _, _, target in self.own.get((unit, False), []))
        return max(below, default=0)

    def reached_from(self, units):
        """The units, and all that they and their bodies include."""
        reached, todo = set(), list(units)
        while todo:
            unit = todo.pop()
            if unit not in reached:
                reached.add(unit)
                todo += [target for is_body in (False, True) for _, _, target in self.own.get((unit, is_body), [])]
        return reached

    def check_direction(self):
        for unit in sorted(self.public):
            if unit not in LEVEL and not is_edge(unit):
                self.faults.append(f"include/fauxbank/{unit}.hpp: has no place in the table of layers")
        for (unit, _), entries in self.own.items():
            for path, line, target in entries:
                if unit == "http/message" and self.public & {target}:
                    self.fault(path, line, f"includes {target}: http/message stands on the standard library alone")
                elif is_edge(unit) and is_edge(target):
                    self.fault(path, line, f"edge {unit} includes edge {target}")
                elif self.level(target) > self.level(unit):
                    self.fault(path, line, f"{unit} (layer {self.level(unit)}) includes {target} "
                                           f"(layer {self.level(target)}): upward")

    def check_circles(self):
        done, trail = set(), []

        def visit(unit):
            if unit in trail:
                circle = " -> ".join([*trail[trail.index(unit) :], unit])
                self.faults.append(f"headers include each other: {circle}")
            elif unit not in done:
                trail.append(unit)
                for _, _, target in self.own.get((unit, False), []):
                    visit(target)
                trail.pop()
                done.add(unit)

        for unit in sorted(self.headers):
            visit(unit)

    def check_foreign(self):
        """A user of the core pays for the standard library, and not for its dear parts."""
        paid, todo = set(), [unit for unit in self.public if not is_edge(unit)]
        while todo:
            unit = todo.pop()
            if unit not in paid:
                paid.add(unit)
                todo += [target for _, _, target in self.own.get((unit, False), [])]
        for path, unit, is_body, line, name in self.foreign:
            if is_body or unit not in paid:
                continue
            if name not in STANDARD | C_LIBRARY:
                self.fault(path, line, f"<{name}> is neither standard nor ours")
            elif name in DEAR:
                self.fault(path, line, f"<{name}> is too dear for a header of the core")


def main():
    graph = Graph(tree.arguments(__doc__).root)
    graph.check_direction()
    graph.check_circles()
    graph.check_foreign()
    tree.report("layers", graph.faults)


if __name__ == "__main__":
    main()
