"""A panel of plain ipywidgets over `lucas_kanade`: for JupyterLab, where a kernel answers.

On the published pages it would be dead, so no page uses it.
"""

import numpy as np

from kinema.arrays import to_intensity, to_numpy
from kinema.flow import lucas_kanade


def explore(I0=None, I1=None):
    """Every option of dense Lucas–Kanade under a control, its flow redrawn at each change.

    Parameters
    ----------
    I0, I1 : array, shape (H, W), or None
        Your frames; None takes two frames of the shipped film.

    Returns
    -------
    ipywidgets.VBox
        Show it in JupyterLab. Its `flow` attribute holds the last result, (2, H, W).
    """
    import ipywidgets
    import matplotlib.pyplot as plt

    from kinema.viz import show_flow

    if (I0 is None) != (I1 is None):
        raise ValueError("give both frames, or neither")
    if I0 is None:
        from kinema.data import load_clip

        I0, I1 = load_clip("city").gray[[0, 2]]
    I0, I1 = (to_numpy(to_intensity(I, "frame")) for I in (I0, I1))
    controls = {
        "window": ipywidgets.IntSlider(9, min=3, max=41, step=2, description="window"),
        "weights": ipywidgets.Dropdown(options=["box", "gaussian"], description="weights"),
        "gradient_of": ipywidgets.Dropdown(options=["mean", "I1", "I0"], description="gradient of"),
        "kernel": ipywidgets.Dropdown(options=["central", "five_point", "sobel"], description="kernel"),
        "exponent": ipywidgets.FloatSlider(-4, min=-7, max=-1, step=0.25, description="min λ₂: 10^"),
    }
    picture, words = ipywidgets.Output(), ipywidgets.Label()
    panel = ipywidgets.VBox([*controls.values(), words, picture])

    def redraw(change=None):
        chosen = {name: control.value for name, control in controls.items()}
        panel.flow = lucas_kanade(I0, I1, min_eigenvalue=10 ** chosen.pop("exponent"), **chosen)
        words.value = f"{np.isfinite(panel.flow[0]).mean():.1%} of the pixels solved"
        with picture:
            picture.clear_output(wait=True)
            figure = show_flow(panel.flow)
            plt.show()
            plt.close(figure)

    for control in controls.values():
        control.observe(redraw, names="value")
    redraw()
    return panel
