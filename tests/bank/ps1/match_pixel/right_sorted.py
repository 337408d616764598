"""A list of candidates, sorted by cost and then by length."""


def match_pixel(I0, I1, point, radius, patch=1):
    half, (x, y) = (patch - 1) // 2, point
    offsets = [(a, b) for a in range(-half, half + 1) for b in range(-half, half + 1)]
    inside = lambda c, r: 0 <= c < I0.shape[1] and 0 <= r < I0.shape[0]
    found = []
    for u in range(-radius, radius + 1):
        for v in range(-radius, radius + 1):
            if all(inside(x + u + a, y + v + b) for a, b in offsets):
                cost = sum((I0[y + b, x + a] - I1[y + v + b, x + u + a]) ** 2 for a, b in offsets)
                found.append((cost, u * u + v * v, u, v))
    lowest = min(found)[0]
    tied = [f for f in found if f[0] - lowest < 1e-9]
    _, _, u, v = min(tied, key=lambda f: f[1])
    return [u, v, len(tied)]
