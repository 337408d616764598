"""One filter after the other, in lists."""


def rgb_to_flow(w, channels):
    flow = []
    for red, green, blue in w:
        flow.append([(red + green + blue) / 3] * channels)
    return flow
