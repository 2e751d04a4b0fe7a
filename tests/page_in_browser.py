"""Fixtures that open the page of `page_fixture` in a browser.

Needs Chromium and the packages of requirements-test.txt (playwright drives it,
axe-playwright-python brings axe-core); without them every test is skipped.
"""
import pytest
from browser import chromium
from page_fixture import make_page_data

DESKTOP, PHONE = 1300, 390
VIEWS = ["", "#v=buy", "#crowd=all&score=network&in=any", "#m=m1",
         "#d=human-0", "#k=2&setting=active", "#c=m1,m2&hl=m1,m2",
         "#crowd=llm&in=text"]


def written(data, folder):
    # Here: pytest reads this file before `benchmark_utils` can be found.
    from benchmark_utils.report.page.build import write_page
    write_page(data, folder / "index.html")
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def made_data():
    return make_page_data()


@pytest.fixture(scope="module")
def address(made_data, tmp_path_factory):
    return written(made_data, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A page with all kinds of content and few rows."""
    return written(make_page_data(7, 1, 1, 5, 2),
                   tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def axe():
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


@pytest.fixture
def show(browser, address):
    """show(hash, width): the page, drawn. Errors of its scripts fail the
    test, and so does a request for anything but the page."""
    contexts, errors = [], []

    def opened(hash="", width=DESKTOP, height=900, at=address, **options):
        context = browser.new_context(
            viewport=dict(width=width, height=height), offline=True,
            accept_downloads=True, **options)
        context.set_default_timeout(300_000)  # the machine may be busy
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: message.type == "error"
                and errors.append(message.text))
        page.on("request", lambda request: request.url.startswith(
            ("file:", "data:", "blob:")) or errors.append(request.url))
        page.goto(at + hash)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("#about-text h3")
        return page
    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def visit(page, hash):
    """Go to another view of the page that is open."""
    page.goto(page.url.partition("#")[0] + (hash or "#"))
    page.wait_for_function(
        "JSON.stringify(stateOf(location.hash)) === JSON.stringify(state)")
