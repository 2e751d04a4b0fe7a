"""How large the page is, and how fast it draws, in a headless Chromium.

    python perf/page_speed.py [PAGE.html ...]

Default: the published page, and one of 60 settings and 40 methods made up.
Aims: below 1 MB as published and 1.5 MB at 60 x 40, first content within
500 ms, a redraw within 150 ms on an idle machine. A redraw is what follows a
change of the filters, nothing remembered, until the table is laid out; "whole"
counts the parts below it too, which follow when the table is on the screen. Of
both, the processor time of the page's thread: other programs must not count.
"""
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from page_fixture import make_page_data  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from benchmark_utils.report.page.build import write_page  # noqa: E402

PUBLISHED = ROOT / "leaderboard" / "index.html"
PAINTED = """[performance.getEntriesByName('first-contentful-paint')[0]
    ?.startTime ?? NaN, performance.getEntriesByName('drawn')[0].startTime]"""
REDRAW = """crowd => { headlines.clear(); go({ crowd });
    document.body.getBoundingClientRect(); }"""
WHOLE = REDRAW.replace("go({ crowd });", "go({ crowd }); draw();")


def main(*pages):
    with tempfile.TemporaryDirectory() as folder:
        if not pages:
            large = Path(folder) / "60x40.html"
            write_page(make_page_data(24, 16, 12, 25, 9), large)
            pages = PUBLISHED, large
        print(f"{'page':24} {'MB':>5} {'settings':>8} {'methods':>7} "
              f"{'content':>8} {'all':>8} {'redraw':>8} {'whole':>8}")
        binary = next(filter(None, map(shutil.which, (
            "chromium", "chromium-browser", "google-chrome"))))
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=binary, args=["--no-sandbox"])
            for page in map(Path, pages):
                print(row(browser, page), flush=True)
            browser.close()


def row(browser, path):
    page = browser.new_page(viewport=dict(width=1300, height=900),
                            offline=True)
    page.set_default_timeout(300_000)
    page.goto(path.resolve().as_uri())
    page.wait_for_selector("#about-text h3")
    size = path.stat().st_size / 1e6
    settings, methods = page.evaluate(
        "[DATA.datasets.length, DATA.methods.length]")
    painted, drawn = page.evaluate(PAINTED)
    # What follows in the next frame is not to be measured with the table.
    page.evaluate("window.requestAnimationFrame = () => 0")
    return (f"{path.name:24} {size:5.2f} {settings:8} {methods:7} "
            f"{painted:5.0f} ms {drawn:5.0f} ms {redraw(page, REDRAW):5.0f} "
            f"ms {redraw(page, WHOLE):5.0f} ms")


def redraw(page, action):
    """Median milliseconds of the page's thread, all crowds drawn."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", dict(timeDomain="threadTicks"))

    def busy():
        return next(metric["value"] for metric in session.send(
            "Performance.getMetrics")["metrics"]
            if metric["name"] == "TaskDuration")
    times = []
    for crowd in ("human", "all") * 5:
        start = busy()
        page.evaluate(action, crowd)
        times.append(1000 * (busy() - start))
    return np.median(times[3::2])  # the first are not compiled yet


if __name__ == "__main__":
    main(*sys.argv[1:])
