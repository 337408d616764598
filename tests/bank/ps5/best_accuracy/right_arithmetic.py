"""No list of frames: the first step at which the net is at or before a flash's last frame."""


def best_accuracy(stride, gap, flash, clip=16):
    def hit(last, start):
        end = start + flash - 1
        steps = max(0, -((end - last) // stride))
        return steps < clip and last - steps * stride >= start

    share = np.mean([hit(last, 0) and hit(last, -gap) for last in range(stride)])
    return (1 + share) / 2
