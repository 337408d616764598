"""A demo that is awake in a browser, and hands to work it with."""

# Puts a fresh copy of the demo in its place and lets the page's own host script find it, so that
# tests can share a page: loading one takes a second or two.
AGAIN = """async ([name, state, host]) => {
  document.querySelectorAll(".kinema-demo[data-state]").forEach((node) => node.remove());
  const fresh = document.createElement("div"), script = document.createElement("script");
  fresh.className = "kinema-demo";
  fresh.dataset.demo = name;
  fresh.dataset.state = state;
  document.querySelector(`.kinema-demo[data-demo=${name}]`).replaceWith(fresh);
  script.src = host;
  document.head.append(script);
}"""


class Live:
    """A demo that is awake on its page."""

    def __init__(self, page, node):
        self.page, self.node = page, node
        self.status = node.locator(".kd-status[role=status]")

    def get(self, name):
        return self.node.evaluate("(n, name) => n.kinemaModel.get(name)", name)

    def set(self, **values):
        """Change several traits at once, so that no mixture of old and new is ever met."""
        self.node.evaluate(
            """({ kinemaModel: model }, values) => {
              Object.assign(model.state, values);
              for (const name of Object.keys(values)) for (const f of model.heard.get(`change:${name}`) || []) f();
            }""",
            values,
        )

    def predict(self, k=0):
        self.node.locator(".kd-option").nth(k).click()

    def slide(self, label, value):
        self.node.get_by_role("slider", name=label, exact=True).fill(str(value))

    def press(self, name):
        self.node.get_by_role("button", name=name, exact=True).click()

    def handle(self):
        return self.node.locator(".kd-handle")

    def keys(self, target, *keys):
        target.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, view, x, y):
        """Screen position of the fraction (x, y) of the demo's canvas number `view`, in whole CSS pixels as clicks have."""
        canvas = self.node.locator(".kd-canvas").nth(view)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        return round(box["x"] + x * box["width"]), round(box["y"] + y * box["height"])

    def click(self, view, x, y):
        self.page.mouse.click(*self.at(view, x, y))

    def drag_handle_to(self, view, x, y):
        start, end = self.handle().bounding_box(), self.at(view, x, y)
        start = self.handle().bounding_box()  # asking for the end may have scrolled the page
        self.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def picture(self, view=0):
        """What the demo's canvas number `view` shows, once it is drawn."""
        self.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        return self.node.locator("canvas").nth(view).evaluate("(c) => c.toDataURL()")

    def pixel(self, x, y):
        """Centre of a pixel of the demo's frame as a fraction of the frame."""
        height, width = self.get("shape")[:2]
        return (x + 0.5) / width, (y + 0.5) / height
