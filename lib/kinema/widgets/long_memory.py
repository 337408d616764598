"""Two moments far apart, a clip with a stride, and a bank of features: who has seen both? (R027 to R036)."""

import traitlets

from kinema.widgets.demo import Demo


class LongMemoryDemo(Demo):
    """Set how far apart two flashes are and how a net reads the film; see which flashes it knows of."""

    module = "long_memory"
    about = "A minute of film with two flashes. A clip of 16 frames reads every n-th frame and may step over a flash; a bank holds every second within its window."

    about_text = traitlets.Unicode(
        "A minute of film, 4 frames a second, with two flashes. The net is asked at the second one what the first one was. Ticks are frames of its clip, 16 in all; the bar is what its feature bank holds."
    ).tag(sync=True)
    method = traitlets.Enum(["clip", "bank"], "clip").tag(sync=True)
    stride = traitlets.Int(1, min=1, max=24).tag(sync=True)
    spacing = traitlets.Int(20, min=2, max=50).tag(sync=True)
    flash = traitlets.Float(0.5, min=0.25, max=4.0).tag(sync=True)
    window = traitlets.Int(10, min=0, max=50).tag(sync=True)
    phase = traitlets.Int(0, min=0, max=23).tag(sync=True)
    chance = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, **kwargs):
        defaults = dict(
            ask="The flashes last half a second and are 20 s apart. Which stride lets a clip of 16 frames be sure of both?",
            options=["2: it misses no flash", "6: the clip is long enough", "16: the clip is longest", "none"],
            reveal="Try them, and move the clip by its phase: being sure means that no phase misses a flash.",
            tasks={
                "both": "By a clip alone, and 20 s or more apart, let every phase see both flashes. What had to give?",
                "skips": "Make the clip long enough to span both, and yet see both in fewer than one phase of ten.",
                "least": "Let the bank know both flashes, with the smallest window that does.",
            },
        )
        super().__init__(**{**defaults, **kwargs})
