"""What the forms compiled by numba share: how they are compiled, their threads, arrays in and out."""

import os
import threading
from functools import wraps

import array_api_compat
import numpy as np
from numba import get_num_threads

# Frames are finite here (the public functions check), so the compiler may assume it.
COMPILE = dict(cache=True, fastmath=True, boundscheck=False, nogil=True, error_model="numpy")
LOCK = threading.Lock()


def _start_patient_threads():
    """Start numba's threads such that one that waits for another sleeps instead of spinning.

    A frame is a hundred short parallel loops. Where another program wants a core, spinning between them costs five
    times what the work does. OpenMP reads the policy once, when it is loaded, so it is set for that moment only.
    """
    given = os.environ.get("OMP_WAIT_POLICY")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        get_num_threads()
    finally:
        if given is None:
            del os.environ["OMP_WAIT_POLICY"]


_start_patient_threads()


def rows(*arrays):
    """The arrays row by row in memory. Read-only ones are copied: numba would compile everything again for them."""
    return tuple(np.require(np.asarray(x), requirements=["C", "W"]) for x in arrays)


def one_at_a_time(form):
    """The function, entered by one thread at a time: each call keeps all cores busy, and numba's own pool of threads,
    which it takes where it finds no OpenMP, ends the process when two enter at once.
    """

    @wraps(form)
    def guarded(*arguments, **options):
        with LOCK:
            return form(*arguments, **options)

    return guarded


def as_given(result, given):
    """A numpy result as the kind of array that was given."""
    return array_api_compat.array_namespace(given).asarray(result) if array_api_compat.is_torch_array(given) else result
