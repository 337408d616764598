"""One filter slice after the other, in nested lists."""


def inflate(w, depth, mode="repeat"):
    shares = {"repeat": [1 / depth] * depth, "centre": [0] * (depth // 2) + [1] + [0] * (depth // 2)}
    if mode not in shares:
        raise ValueError(f"mode is one of {list(shares)}, {mode} is not")
    if len(shares[mode]) != depth:
        raise ValueError(f"depth {depth} is even")
    return [[[(share * image).tolist() for share in shares[mode]] for image in output] for output in w]
