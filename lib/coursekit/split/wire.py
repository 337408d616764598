"""What crosses between student and judge: plain data, as JSON with arrays in npy frames. No pickle.

Numbers, strings, None, booleans, lists, tuples, dicts with string keys, numpy arrays and numpy
scalars, torch tensors; and registered oracles, by name, where a test hands a function over.
"""

import io
import json
import struct

import numpy as np

MAX_BYTES = 256 * 2**20
_ALLOWED_KINDS = "biufc"


class WireError(TypeError):
    """A value cannot cross."""


def _is_tensor(value):
    return type(value).__module__.split(".")[0] == "torch" and type(value).__name__ == "Tensor"

LONGEST_RANGE = 100_000  # of whole numbers: a longer one is no list of frames or places


def _tree(value, arrays, oracles):
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return {"$int": str(value)}
    if isinstance(value, float):
        return {"$float": value.hex()}
    if value is Ellipsis:
        return {"$": "ellipsis"}
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in _ALLOWED_KINDS:
            raise WireError(f"an array of dtype {array.dtype} cannot cross: use numbers or booleans")
        arrays.append(array)
        return {"$scalar" if isinstance(value, np.generic) else "$array": len(arrays) - 1}
    if _is_tensor(value):
        arrays.append(value.detach().cpu().numpy())
        return {"$tensor": len(arrays) - 1}
    if isinstance(value, range) and len(value) <= LONGEST_RANGE:
        value = list(value)
    if isinstance(value, list | tuple):
        items = [_tree(v, arrays, oracles) for v in value]
        return items if isinstance(value, list) else {"$tuple": items}
    if isinstance(value, dict):
        if not all(isinstance(k, str) for k in value):
            raise WireError("a dict crosses only with strings as keys")
        return {"$dict": [[k, _tree(v, arrays, oracles)] for k, v in value.items()]}
    for name, oracle in oracles.items():
        if value is oracle:
            return {"$oracle": name}
    raise WireError(f"a {type(value).__name__} cannot cross: return arrays, numbers, strings, lists or dicts")


def encode(value, oracles=None):
    """Bytes of a value.

    Parameters
    ----------
    value : plain data
    oracles : dict of str to callable, or None
        Functions that may be named in place of being sent.

    Raises
    ------
    WireError
        If something in it cannot cross.
    """
    arrays = []
    head = json.dumps(_tree(value, arrays, oracles or {})).encode()
    frames = [head]
    for array in arrays:
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        frames.append(buffer.getvalue())
    data = b"".join(struct.pack("<Q", len(f)) + f for f in frames)
    if len(data) > MAX_BYTES:
        raise WireError(f"{len(data)} bytes are too many to cross; the limit is {MAX_BYTES}")
    return data


def decode(data, oracles=None):
    """The value that `encode` wrote.

    Raises
    ------
    WireError
        If the bytes are no such message.
    """
    if len(data) > MAX_BYTES:
        raise WireError(f"{len(data)} bytes are too many to cross; the limit is {MAX_BYTES}")
    frames, position = [], 0
    try:
        while position < len(data):
            (size,) = struct.unpack_from("<Q", data, position)
            frame = data[position + 8 : position + 8 + size]
            if len(frame) != size:
                raise ValueError("a frame is cut short")
            frames.append(frame)
            position += 8 + size
        tree = json.loads(frames[0])
        # read_array takes npy alone; np.load would open zip archives too.
        arrays = [np.lib.format.read_array(io.BytesIO(f), allow_pickle=False) for f in frames[1:]]
        return _value(tree, arrays, oracles or {})
    except (struct.error, ValueError, KeyError, IndexError, TypeError, EOFError, RecursionError, MemoryError) as error:
        raise WireError(f"not a message: {error}") from error


def _value(tree, arrays, oracles):
    if isinstance(tree, list):
        return [_value(t, arrays, oracles) for t in tree]
    if not isinstance(tree, dict):
        return tree
    ((tag, content),) = tree.items()
    if tag == "$int":
        return int(content)
    if tag == "$float":
        return float.fromhex(content)
    if tag == "$":
        return Ellipsis
    if tag == "$array":
        return arrays[content]
    if tag == "$scalar":
        return arrays[content][()]
    if tag == "$tensor":
        import torch

        return torch.from_numpy(arrays[content])
    if tag == "$tuple":
        return tuple(_value(t, arrays, oracles) for t in content)
    if tag == "$dict":
        return {k: _value(v, arrays, oracles) for k, v in content}
    if tag == "$oracle":
        return oracles[content]
    raise WireError(f"unknown tag {tag!r}")
