"""The page of one's own votes, drawn by a browser."""
import pandas as pd
from browser import chromium

from benchmark_utils.own_votes.__main__ import main


def test_it_fits_a_phone_and_asks_for_nothing(tmp_path):
    """No sideways scrolling at 390 px, headings of columns are hidden there
    and not lost at 1300 px."""
    long = "a-name-without-any-blank-" * 4
    pd.DataFrame(dict(
        task=[f"{long}{i // 3}" for i in range(12)],
        worker=[f"{long}{i % 3}" for i in range(12)],
        label=list("xyxyyxxyzzzx"))).to_csv(tmp_path / "v.csv", index=False)
    assert main([str(tmp_path / "v.csv"), "--output",
                 str(tmp_path / "out")]) == 0
    page = tmp_path / "out" / "index.html"
    with chromium() as browser:
        for width, scheme in ((390, "dark"), (1300, "light")):
            context = browser.new_context(
                viewport=dict(width=width, height=900), offline=True,
                color_scheme=scheme)
            shown, asked = context.new_page(), []
            shown.on("request", lambda one, to=asked: to.append(one.url))
            shown.goto(page.as_uri(), timeout=300_000)
            assert asked == [page.as_uri()]
            assert shown.evaluate(
                "document.documentElement.scrollWidth") == width
            head = shown.locator("#workers th").first.evaluate(
                "th => th.parentElement.parentElement.clientHeight")
            assert (head <= 1) == (width == 390)
            context.close()


def test_it_opens_with_what_to_do(tmp_path):
    """Labels to accept, workers to review, tasks to relabel: before all
    details, and within four screens."""
    task = [i for i in range(40) for _ in range(6)]
    votes = pd.DataFrame(dict(
        task=task, worker=[f"w{j}" for j in range(6)] * 40,
        label=["a" if j == 5 or i % 3 and (i + j) % 4 else "b"
               for i in range(40) for j in range(6)]))
    votes.to_csv(tmp_path / "v.csv", index=False)
    assert main([str(tmp_path / "v.csv"), "--output",
                 str(tmp_path / "out"), "--voters", "people"]) == 0
    text = (tmp_path / "out" / "index.html").read_text()
    places = [text.index(f'id="{name}"') for name in (
        "accept", "flagged", "doubtful", "labels", "workers", "relabel")]
    assert places == sorted(places)
    with chromium() as browser:
        for width, height in ((390, 844), (1300, 900)):
            shown = browser.new_page(viewport=dict(width=width,
                                                   height=height))
            shown.goto((tmp_path / "out" / "index.html").as_uri())
            top = shown.locator("nav").bounding_box()["y"]
            assert top <= 4 * height
