"""One level more than half the motion needs."""


def levels_needed(max_motion, safe=1.0):
    return 1 if max_motion <= safe else 1 + levels_needed(max_motion / 2, safe)
