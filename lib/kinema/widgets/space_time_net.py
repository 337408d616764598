"""A net in space and time, layer by layer: what depth in time costs, and what it sees (R008 to R011, R022 to R024)."""

import traitlets

from kinema.widgets.demo import Demo


class SpaceTimeNetDemo(Demo):
    """Set how many frames each layer of the architecture search's net reads; watch shapes, sight and cost."""

    module = "space_time_net"
    about = "Five convolutions over space and time. Deeper kernels see more frames, and cost in proportion."

    about_text = traitlets.Unicode(
        "The net of the C3D paper's search: five convolutions of 3 × 3 pixels by as many frames as you say, each closed by a pool. Bars show how many frames are left (top) and how many of the clip one number has seen (bottom)."
    ).tag(sync=True)
    depth1 = traitlets.Int(3).tag(sync=True)
    depth2 = traitlets.Int(3).tag(sync=True)
    depth3 = traitlets.Int(3).tag(sync=True)
    depth4 = traitlets.Int(3).tag(sync=True)
    depth5 = traitlets.Int(3).tag(sync=True)
    first_pool = traitlets.Int(1).tag(sync=True)
    frames = traitlets.Int(16).tag(sync=True)
    gmacs = traitlets.Float(0.0).tag(sync=True)
    parameters = traitlets.Int(0).tag(sync=True)
    seen = traitlets.Int(0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="Every kernel becomes 7 frames deep instead of 3. By how much do the net's multiply-adds grow?",
            options=["hardly: the paper says the nets differ by 51 thousand parameters", "to 7/3 of what they were", "to 7 times"],
            reveal="Set all five to 3, then to 7, and divide the GMACs below. The 51 thousand are a slip that this page recounts.",
            tasks={
                "far": "See 84 frames or more for less than 25 billion multiply-adds.",
                "dead": "Let time die before the fifth convolution: leave it a single frame to look at, of a clip of 16.",
                "flat": "Build a net that never mixes two frames by its kernels. How many does it see all the same?",
            },
        )
        super().__init__(**{**defaults, **kwargs})
