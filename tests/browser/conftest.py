"""What the browser tests share: a browser, servers of the built book and of the demos' modules."""

import json
import sys
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import chromium
from coursekit.paths import HTML
from kinema.widgets.demo import STATIC
from live import AGAIN, Live
from playwright.sync_api import expect
from published import published


# One browser per module, not per session: while Playwright runs, its event loop counts as running
# in this thread, and other folders' tests may want one of their own. A launch takes half a second.
@pytest.fixture(scope="module")
def browser():
    with chromium.launched() as running:
        yield running


@pytest.fixture(scope="session")
def book():
    """Address of the built book."""
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run `make book` first", pytrace=False)
    with chromium.served(HTML) as address:
        yield address


@pytest.fixture(scope="session")
def modules():
    """Address of the demos' own folder, kinema/widgets/static."""
    with chromium.served(STATIC) as address:
        yield address


@pytest.fixture
def open_page(browser, book):
    """open_page(**options): a page that may talk to the book's server alone; see `chromium.opened`."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(chromium.opened(browser, book, **options))


@pytest.fixture
def page(open_page):
    """A page of 1280 x 900 pixels, light, with `.record` of its complaints."""
    return open_page()


@pytest.fixture(scope="module")
def workbench(browser, modules):
    """An empty page that may import the demos' modules."""
    with chromium.opened(browser, modules) as page:
        page.goto(f"{modules}/demos.css")
        yield page


@pytest.fixture(scope="module")
def its_page(browser, book):
    """its_page(name): the published page of a demo, opened once."""
    with ExitStack() as stack:

        @cache
        def of(name):
            page = stack.enter_context(chromium.opened(browser, book))
            page.goto(f"{book}/{published(name)[0]}.html")
            page.locator(f".kinema-demo[data-demo={name}]").scroll_into_view_if_needed()
            expect(page.locator(f".kinema-demo[data-demo={name}]")).to_have_attribute("data-alive", "true")
            return page

        yield of


# Its page stays open for the next test; a demo that went on playing there would take the others' time.
LEAVE = "() => document.querySelectorAll('.kinema-demo').forEach((node) => node.kinemaLeave?.())"


@pytest.fixture
def wake(its_page, book):
    """wake(name, still=False): the demo alive on its page, still asking for a prediction."""
    used = []

    def start(name, *, still=False):
        page = its_page(name)
        used.append(page)
        page.emulate_media(reduced_motion="reduce" if still else "no-preference")
        page.evaluate(AGAIN, [name, json.dumps(published(name)[1]), f"{book}/_static/host.js"])
        node = page.locator(f".kinema-demo[data-demo={name}]")
        node.scroll_into_view_if_needed()
        expect(node).to_have_attribute("data-alive", "true")
        page.record.clear()
        return Live(page, node)

    yield start
    for page in used:
        page.evaluate(LEAVE)


@pytest.fixture
def demo(wake):
    """demo(name, still=False): the demo alive and unlocked."""

    def start(name, *, still=False):
        live = wake(name, still=still)
        live.predict()
        return live

    return start
