"""A browser for the tests, and a record of everything that a page complains about."""

import threading
from contextlib import contextmanager

import pytest
from coursekit import browser
from coursekit.book import make_server
from playwright.sync_api import sync_playwright

LOCAL = ("data:", "blob:", "about:")
LOUD = ("error", "warning")


@contextmanager
def launched(*more, whole=False):
    """A running browser, Playwright's `Browser`, with `more` arguments; fails, in one line, where there is none.

    A `whole` one has permissions that a page may be granted or denied.
    """
    path = browser.find(whole)
    if path is None:
        pytest.fail("no browser: run `python -m coursekit.browser --install`, or set KINEMA_BROWSER", pytrace=False)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=[*browser.ARGUMENTS, *more])
        yield running
        running.close()


@contextmanager
def served(folder):
    """Address of a server of `folder`."""
    with make_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Record:
    """What a page complained about, and what it asked for.

    Attributes
    ----------
    console, errors, failed, foreign : list of str
        Console warnings and errors, uncaught exceptions, requests that failed or came back with 400
        and above, and requests for anything but `home`, which are stopped.
    asked : list of str
        Every address of `home` that was requested, without its query.
    """

    def __init__(self, page, home):
        self.console, self.errors, self.failed, self.foreign, self.asked = [], [], [], [], []
        page.on("console", lambda m: self.console.append(f"{m.type}: {m.text}") if m.type in LOUD else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", lambda request: self.failed.append(f"{request.url} ({request.failure})"))
        page.on("response", lambda r: self.failed.append(f"{r.url} ({r.status})") if r.status >= 400 else None)

        def pass_on(route):
            url = route.request.url
            if url.startswith((home + "/", *LOCAL)):
                self.asked.append(url.partition("?")[0])
                route.continue_()
            else:
                self.foreign.append(url)
                route.abort()

        page.route("**/*", pass_on)

    def clear(self):
        """Forget it all."""
        for kept in (self.console, self.errors, self.failed, self.foreign, self.asked):
            kept.clear()

    def complaints(self):
        """All that should not have happened, one line each."""
        return [*self.console, *self.errors, *self.failed, *(f"asked for {url}" for url in self.foreign)]


@contextmanager
def opened(running, home, *, width=1280, height=900, dark=False, still=False):
    """A page in a fresh profile, with `.record`. `still` asks for reduced motion."""
    context = running.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce" if still else "no-preference",
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.record = Record(page, home)
    yield page
    context.close()
