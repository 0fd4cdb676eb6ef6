"""Opens timelines in headless Chromium and looks at them as a reader would.

usage: browser.py PROGRAM [--picture FILE]

PROGRAM writes a page and prints how many entries it must show. The script drives Chromium by the WebDriver protocol, with
nothing but Python's standard library. Ends with 77, which skips the test, where Chromium or its driver is missing.
--picture also saves what is seen, for the README.
"""

import argparse
import base64
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from chromium import HEIGHT, WIDTH, Driver, find_or_skip

SMALLEST_TEXT = 12

# What the page looks like: every piece of visible text with its box and size.
LOOK = """
const pieces = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walk.nextNode(); node; node = walk.nextNode()) {
  // What is folded away has boxes, and nobody sees them.
  if (!node.textContent.trim() || !node.parentElement.checkVisibility()) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
  for (const box of range.getClientRects())
    if (box.width > 0 && box.height > 0)
      pieces.push({text: node.textContent.trim().slice(0, 60), size, sticky: !!node.parentElement.closest('.lanes'),
                   left: box.left, right: box.right, top: box.top, bottom: box.bottom});
}
return {
  pieces,
  entries: document.querySelectorAll('ol > li').length,
  lanes: [...document.querySelectorAll('.lanes > span')].map(lane => lane.textContent),
  colours: ['ask', 'ok', 'refused', 'event'].map(kind => {
    const card = document.querySelector('.card.' + kind);
    return card ? getComputedStyle(card).borderLeftColor : 'none';
  }),
  width: innerWidth,
  height: innerHeight,
  scroll: document.documentElement.scrollWidth,
  scripts: document.scripts.length,
  bold: document.querySelectorAll('li b').length,
};
"""


def overlaps(pieces):
    """Pairs of text that stand on each other; a pixel does not count."""
    found = []
    for i, a in enumerate(pieces):
        for b in pieces[i + 1 :]:
            across = min(a["right"], b["right"]) - max(a["left"], b["left"])
            down = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
            if across > 1 and down > 2 and not (a["sticky"] or b["sticky"]):
                found.append(f"{a['text']!r} and {b['text']!r} overlap")
    return found


def look(driver, entries, lanes):
    seen = driver.call("/execute/sync", {"script": LOOK, "args": []})
    faults = overlaps(seen["pieces"])
    faults += [f"text of {p['size']} px: {p['text']!r}" for p in seen["pieces"] if p["size"] < SMALLEST_TEXT]
    faults += [f"{log['level']}: {log['message']}" for log in driver.call("/se/log", {"type": "browser"})]
    if len(seen["pieces"]) < entries:
        faults.append(f"only {len(seen['pieces'])} pieces of text are visible")
    if seen["entries"] != entries:
        faults.append(f"{seen['entries']} entries are shown, not {entries}")
    if seen["width"] != WIDTH or seen["height"] != HEIGHT or seen["scroll"] > WIDTH:
        faults.append(f"{seen['scroll']} px wide in a window of {seen['width']} x {seen['height']}")
    if seen["lanes"] != lanes:
        faults.append(f"the lanes are {seen['lanes']}")
    if len(set(seen["colours"])) != len(seen["colours"]) or "none" in seen["colours"]:
        faults.append(f"kinds of entries cannot be told apart by colour: {seen['colours']}")
    if seen["scripts"] or seen["bold"] != entries:
        faults.append("markup from a request got into the page")
    return faults


def open_all(driver):
    """What is folded must not break the page either."""
    driver.call(
        "/execute/sync",
        {"script": "for (const d of document.querySelectorAll('details')) d.open = true;", "args": []},
    )


# A page that breaks every promise, so that no check passes because it does not look.
BROKEN = """<!doctype html><meta charset="utf-8"><div class="lanes"><span>one</span></div>
<div style="width: 3000px">wide</div><ol><li>small<b style="font-size: 9px"> text</b></li></ol>
<p style="position: absolute; top: 40px">over</p><p style="position: absolute; top: 40px">each other</p>
<script>console.error('broken')</script>"""
PROMISES = ["overlap", "text of 9 px", "SEVERE", "entries are shown", "px wide", "lanes are", "by colour", "markup"]


def check(driver, program, folder, threads, lanes, picture):
    page = folder / f"{threads}.html"
    entries = int(subprocess.run([program, page, str(threads)], capture_output=True, text=True, check=True).stdout)
    driver.call("/url", {"url": page.as_uri()})
    faults = look(driver, entries, lanes)
    if picture:
        picture.write_bytes(base64.b64decode(driver.call("/screenshot")))
    open_all(driver)
    faults += [f"unfolded: {fault}" for fault in look(driver, entries, lanes)]
    return [f"{threads} threads: {fault}" for fault in faults]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--picture", type=Path)
    args = parser.parse_args()
    programs = find_or_skip()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        driver = Driver(*programs, name)
        try:
            two = ["world time", "client thread 1", "client thread 2", "API", "world"]
            three = ["world time", "client thread 1", "client thread 2", "client thread 3", "API", "world"]
            faults = check(driver, args.program, folder, 2, two, args.picture)
            faults += check(driver, args.program, folder, 3, three, None)
            faults += check(driver, args.program, folder, 6, ["world time", "clients", "API", "world"], None)
            (folder / "broken.html").write_text(BROKEN, encoding="utf-8")
            driver.call("/url", {"url": (folder / "broken.html").as_uri()})
            found = "\n".join(look(driver, 3, three))
            faults += [f"not noticed on a broken page: {promise}" for promise in PROMISES if promise not in found]
        finally:
            driver.close()
    for fault in faults[:20]:
        print(f"browser: {fault}")
    print(f"browser: {len(faults)} fault(s)" if faults else "browser: good")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
