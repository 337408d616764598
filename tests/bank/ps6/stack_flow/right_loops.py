"""A list of channels, one component after the other."""


def stack_flow(flows, bound=20.0, centre=True):
    channels = []
    for flow in flows:
        for component in flow:
            channel = np.array(component, float)
            channel[np.isnan(channel)] = 0
            channel[channel > bound] = bound
            channel[channel < -bound] = -bound
            channel /= bound
            channels.append(channel - np.mean(channel) if centre else channel)
    return channels
