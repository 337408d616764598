"""Long films out of a short window: which frames to make next, and which to look at (kinema.diffusion.plans)."""

import traitlets

from kinema.widgets.demo import Demo


class LongVideoDemo(Demo):
    """Choose a plan, walk through its calls, and see how far each frame is from anything real."""

    module = "long_video"
    about = "A long film made by a network that sees a few frames at once. From left to right, each call drifts further from the real frames; a hierarchy makes frames all over the film first, and no frame is more than two calls from a real one."

    about_text = traitlets.Unicode(
        "A film that is longer than the network's window. Each row is a call: full squares are made, low ones are looked at. Below: how far each frame has drifted, if a call adds one unit of variance to the least drifted frame that it looks at (along the longest chain: to the most drifted)."
    ).tag(sync=True)
    scheme = traitlets.Enum(["autoregressive", "long-range", "hierarchy-2", "hierarchy-3"], "autoregressive").tag(sync=True)
    total = traitlets.Int(64, min=16, max=96).tag(sync=True)
    window = traitlets.Int(8, min=2, max=24).tag(sync=True)
    step = traitlets.Int(4, min=1, max=23).tag(sync=True)
    observed = traitlets.Int(4, min=0, max=12).tag(sync=True)
    chain = traitlets.Enum(["shortest", "longest"], "shortest").tag(sync=True)
    stage = traitlets.Int(1, min=1).tag(sync=True)
    calls = traitlets.Int(0).tag(sync=True)
    drift = traitlets.List(traitlets.Float()).tag(sync=True)
    reach = traitlets.Int(0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="64 frames, of which 4 are real. The network sees 8 at once and makes 4 of them. In the best order, how many calls lie between a real frame and the last one?",
            options=["15: each call continues from the one before", "7 or 8: every other one can be skipped", "1: it can be made first"],
            reveal="One: nothing says that frames are made in order. A hierarchy makes the last frame in its first call, from real ones, and fills the gaps from both sides. Compare the drift.",
            tasks={
                "brief": "By autoregression alone, keep a film of 64 frames or more, 4 of them real, from drifting beyond 2.",
                "home": "From left to right, in a window of 8 with 4 real frames, let every call look at a real frame, making as many frames a call as that allows.",
                "wait": "Find a hierarchy whose calls wait for each other no less than those of autoregression: count the longest chain.",
                "far": "In a film of 64 frames or more, let a call look back over half of it, without the long-range plan.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
