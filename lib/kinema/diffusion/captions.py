"""Captions as numbers: which words of a small vocabulary a caption holds."""

import re

import numpy as np


def words_of(caption):
    """The caption's phrases, split at commas and spaces but for "up and down"; lower case."""
    text = caption.lower().replace("up and down", "up-and-down")
    return [word.replace("-", " ") for word in re.findall(r"[a-z-]+", text)]


def encode(caption, vocabulary):
    """1 for each phrase of `vocabulary` that the caption holds, 0 for the others.

    Parameters
    ----------
    caption : str
        Such as "red circle, quickly, sideways", or less: "red circle"; "" says nothing.
    vocabulary : sequence of str

    Returns
    -------
    float32 array, shape (len(vocabulary),)

    Raises
    ------
    ValueError
        If it holds a word outside the vocabulary; the message lists what there is.
    """
    code = np.zeros(len(vocabulary), dtype=np.float32)
    for word in words_of(caption):
        if word not in vocabulary:
            raise ValueError(f"the caption's {word!r} is unknown here; there are: {', '.join(vocabulary)}")
        code[tuple(vocabulary).index(word)] = 1
    return code
