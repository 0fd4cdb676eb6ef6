"""Fails where the core, other than World itself, could see the outside: threads, clocks, environment, sockets.

Time, randomness and locking come in from World, or the same calls would not give the same bytes. What only edges include is
theirs. And nothing, tests included, really sleeps.
"""

import re

import layers
import tree

# World locks, and tells threads apart for its journal.
EXEMPT = {"world", "detail/mutex"}

HEADERS = {
    *("barrier", "condition_variable", "ctime", "filesystem", "fstream", "future", "iostream", "latch", "locale"),
    *("mutex", "random", "semaphore", "shared_mutex", "stop_token", "thread"),
    *("arpa/inet.h", "netdb.h", "netinet/in.h", "poll.h", "pthread.h", "sys/epoll.h", "sys/socket.h", "time.h", "unistd.h"),
}
TOKENS = re.compile(
    r"\bstd::(?:jthread|thread|mutex|shared_mutex|async|time)\b|\bthis_thread\b|\bthread_local\b"
    r"|\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock)\b|\bclock_gettime\b|\bgettimeofday\b"
    r"|\brandom_device\b|\bs?rand\s*\(|\b(?:secure_)?getenv\b|\bsetlocale\b"
    r"|(?<![\w>])::(?:socket|connect|bind|listen|accept)\s*\("
)
SLEEPS = re.compile(r"\bthis_thread\s*::\s*sleep_(?:for|until)\b|\bu?sleep\s*\(|\bnanosleep\b|\bclock_nanosleep\b")
PYTHON_SLEEPS = re.compile(r"\btime\.sleep\s*\(")


def matches(path, pattern):
    text = tree.code(path) if path.suffix in tree.CXX else path.read_text(encoding="utf-8")
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group().rstrip("( ")


def main():
    root = tree.arguments(__doc__).root
    faults = []
    graph = layers.Graph(root)
    pure = graph.reached_from(unit for unit in graph.public if not layers.is_edge(unit)) - EXEMPT
    for path in graph.names:
        if graph.unit(path) not in pure:
            continue
        place = path.relative_to(root)
        faults += [f"{place}:{line}: <{header}>" for line, header in tree.includes(path) if header in HEADERS]
        faults += [f"{place}:{line}: {token}" for line, token in matches(path, TOKENS)]
    for path in tree.files(root, "include", "src", "tests", "docs", suffixes=tree.CXX | {".py"}):
        sleeps = SLEEPS if path.suffix in tree.CXX else PYTHON_SLEEPS
        faults += [f"{path.relative_to(root)}:{line}: {token}: tests run on virtual time" for line, token in matches(path, sleeps)]
    tree.report("purity", faults)


if __name__ == "__main__":
    main()
