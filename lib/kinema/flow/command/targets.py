"""Which files the command may write."""


def check_targets(inputs, outputs):
    """Refuse outputs that cannot be written, or that would overwrite an input or each other.

    Parameters
    ----------
    inputs, outputs : sequence of (Path or None)
    """
    taken = {path.resolve() for path in inputs if path is not None}
    for target in outputs:
        if target is None:
            continue
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise ValueError(f"{target} cannot be written: name a file in a folder that exists")
        if target.resolve() in taken:
            raise ValueError(f"{target} is already an input or the other output: choose another name")
        taken.add(target.resolve())


def check_speed(max_speed):
    """Refuse a rim of the wheel that is no speed; None passes."""
    if max_speed is not None and not 0 < max_speed < float("inf"):
        raise ValueError(f"--max-speed must be a positive number, got {max_speed}")
