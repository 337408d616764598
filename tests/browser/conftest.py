"""What the browser tests share: a browser, servers of the built book and of the demos' modules."""

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import chromium  # noqa: E402
from coursekit.paths import HTML  # noqa: E402
from kinema.widgets.demo import STATIC  # noqa: E402


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
