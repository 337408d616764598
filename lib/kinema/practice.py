"""What a problem set needs while it runs: closed references, hidden cases, kind messages.

A notebook's first cell calls `begin`; its tests use the rest. Nothing here knows a solution.
"""

import copy
import importlib
import io
import operator
import os
import sys
import types
import zlib

import numpy as np

DEFAULT_SEED = 1981
SEED_VARIABLE = "KINEMA_SEED"


class ClosedError(RuntimeError):
    """A library function was called that the problem set asks you to write."""


def _closed(name):
    def closed(*args, **kwargs):
        raise ClosedError(f"{name} is closed in this problem set: writing it is your task")

    closed.__name__ = closed.__qualname__ = name
    closed.__doc__ = "Closed in this problem set."
    return closed


class _NoSecondImport:
    """Import hook that keeps a closed package from being loaded afresh (`importlib.reload`, say)."""

    def __init__(self, package):
        self.package = package

    def find_spec(self, name, path=None, target=None):
        if name == self.package or name.startswith(self.package + "."):
            raise ClosedError(f"{name} is closed in this problem set: writing its functions is your task")
        return None


def close(package):
    """Close every function that `package` defines, under each name by which kinema knows it.

    Parameters
    ----------
    package : str
        Such as "kinema.flow".

    Returns
    -------
    tuple of str
        Names that are closed now.
    """
    # Modules not loaded by now stay so: the hook below refuses them. Loading them here would need, and
    # wait for, whatever they need: torch, numba.
    importlib.import_module(package)
    inside = [m for name, m in list(sys.modules.items()) if name == package or name.startswith(package + ".")]
    replacement = {}
    for module in inside:
        for value in vars(module).values():
            if isinstance(value, types.FunctionType) and f"{value.__module__}.".startswith(f"{package}."):
                replacement[value] = _closed(value.__name__)
    for name, module in list(sys.modules.items()):
        if name != "kinema" and not name.startswith("kinema."):
            continue
        for attribute, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType) and value in replacement:
                setattr(module, attribute, replacement[value])
            elif isinstance(value, dict) and not attribute.startswith("__"):
                value.update({k: replacement[f] for k, f in value.items() if isinstance(f, types.FunctionType) and f in replacement})
    if not any(isinstance(hook, _NoSecondImport) and hook.package == package for hook in sys.meta_path):
        sys.meta_path.insert(0, _NoSecondImport(package))
    return tuple(sorted(f.__name__ for f in replacement))


class _ToStdout(io.TextIOBase):
    """Stands for stderr: graders take anything on stderr for a failure, a warning is none."""

    def writable(self):
        return True

    def write(self, text):
        return sys.stdout.write(text)

    def flush(self):
        sys.stdout.flush()


def refuse(name):
    """Close one function of another library: the one whose writing is the task.

    Parameters
    ----------
    name : str
        With its module, such as "torch.conv3d". The module is loaded for that.
    """
    home, function = name.rsplit(".", 1)
    module = importlib.import_module(home)
    if not hasattr(module, function):
        raise ValueError(f"{home} has no function {function!r} to close")
    setattr(module, function, _closed(name))


def begin(*, closes=(), refuses=()):
    """Open a problem set: close what it asks for, and let warnings and progress bars cost no marks.

    Parameters
    ----------
    closes : sequence of str
        Packages or modules of kinema whose functions are the tasks.
    refuses : sequence of str
        Functions of other libraries that do a task in one call.
    """
    for package in closes:
        close(package)
    for name in refuses:
        refuse(name)
    sys.stderr = _ToStdout()


def case_rng(task):
    """Random generator of a task's hidden cases.

    Parameters
    ----------
    task : str
        Each task draws cases of its own.

    Returns
    -------
    numpy.random.Generator
        Seeded by the environment variable KINEMA_SEED, an integer; 1981 where it is not set.
    """
    seed = os.environ.get(SEED_VARIABLE, str(DEFAULT_SEED))
    try:
        number = int(seed)
    except ValueError:
        raise ValueError(f"{SEED_VARIABLE} must be an integer, got {seed!r}") from None
    return np.random.default_rng([number % 2**32, zlib.crc32(task.encode())])


def expect(condition, message):
    """Fail with `message` unless `condition` holds."""
    if not condition:
        raise AssertionError(message)


def _plain(value):
    """A torch tensor as a numpy array; anything else as it is."""
    return value.detach().cpu().numpy() if hasattr(value, "detach") else value


def expect_array(value, shape, what):
    """Fail kindly unless `value` is a numeric array of `shape`; returns it as float64."""
    if value is None or value is Ellipsis:
        raise AssertionError(f"{what} is not there yet: replace the dots with your own lines, then return the result")
    try:
        array = np.asarray(_plain(value))
        if array.dtype.kind == "c":
            raise AssertionError(f"{what} should be an array of real numbers, but it is complex")
        if array.dtype.kind in "USV" or (array.dtype.kind == "O" and any(isinstance(x, str | complex) for x in array.flat)):
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        kind = f"one of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
        raise AssertionError(f"{what} should be an array of numbers, but it is {kind}") from None
    if array.shape != tuple(shape):
        raise AssertionError(f"{what} should have shape {tuple(shape)}, but it has {array.shape}")
    return array


def expect_parts(value, count, what):
    """Fail kindly unless `value` is a sequence of `count` results; returns it as a tuple."""
    if value is None or value is Ellipsis:
        raise AssertionError(f"{what} returns nothing yet: replace the dots with your own lines, then return the result")
    value = _plain(value)
    if not isinstance(value, tuple | list | np.ndarray):
        raise AssertionError(f"{what} should return {count} things, but it returned one {type(value).__name__}")
    if len(value) != count:
        raise AssertionError(f"{what} should return {count} things, but it returned {len(value)}")
    return tuple(value)


def expect_list(value, what):
    """Fail kindly unless `value` is a list or tuple, of any length; returns it as a list."""
    if value is None or value is Ellipsis:
        raise AssertionError(f"{what} returns nothing yet: replace the dots with your own lines, then return the result")
    if not isinstance(value, tuple | list):
        raise AssertionError(f"{what} should return a list, but it returned one {type(value).__name__}")
    return list(value)


def expect_whole(value, what):
    """Fail kindly unless `value` is a whole number, of Python, numpy or torch; returns it as int."""
    if value is None or value is Ellipsis:
        raise AssertionError(f"{what} is not there yet: replace the dots with your own lines, then return the result")
    value = _plain(value)
    value = value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
    try:
        return int(str(operator.index(value)))  # by its digits: an int that calls itself equal to all is one no more
    except (TypeError, ValueError):
        raise AssertionError(f"{what} should be a whole number, but it is {value!r:.40} ({type(value).__name__})") from None


def expect_wholes(value, count, what):
    """Fail kindly unless `value` is a tuple, list or array of `count` whole numbers; returns a tuple of int.

    `count` None is any number of them.
    """
    if count is None and isinstance(value, tuple | list):
        count = len(value)
    return tuple(expect_whole(part, f"{what}: number {k}, from 0,") for k, part in enumerate(expect_parts(value, count, what)))


class Given:
    """What a function is about to be given: remembered, so that a test can say when it was changed.

    Parameters
    ----------
    *values : arrays, tensors, numbers, or lists, tuples and dicts of them
    """

    def __init__(self, *values):
        self.values, self.kept = values, copy.deepcopy(values)

    def check(self, what):
        """Fail with a message that names `what` if one of the values has changed."""
        if not _alike(self.values, self.kept):
            raise AssertionError(f"{what} changed what it was given: compute on copies")


def _alike(a, b):
    """Whether two values of plain data are equal in type, shape and every number; NaN equals NaN."""
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(_alike, a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(_alike(a[k], b[k]) for k in a)
    a, b = _plain(a), _plain(b)
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return type(a) is type(b) and (a == b or (a != a and b != b))


def expect_close(got, want, message, *, tolerance=1e-6):
    """Fail with `message` and the largest deviation unless `got` is within `tolerance` of `want`."""
    got, want = np.asarray(_plain(got), np.float64), np.asarray(_plain(want), np.float64)
    # One wanted value may stand for many that were got, never the other way round.
    fits = want.ndim <= got.ndim and all(w in (1, g) for w, g in zip(want.shape[::-1], got.shape[::-1], strict=False))
    if not fits or (want.ndim and got.size < want.size):
        raise AssertionError(f"{message} (shape {got.shape}, where {want.shape} is meant)")
    off = np.abs(got - want)
    if not np.all(off <= tolerance):
        worst = "there are NaNs" if np.isnan(off).any() else f"off by up to {off.max():.3g}"
        raise AssertionError(f"{message} ({worst})")


def passed(task, hidden):
    """Say that the last visible check passed and what else will be checked; an earlier one may still fail."""
    print(f"{task}: the last visible check passed; mend any above that failed. Hidden ones will look at: {hidden}.")
