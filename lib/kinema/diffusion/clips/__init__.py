"""Films to learn from: made on the fly, or read from a folder.

Each kind has ``len(films)``, ``films.size`` and ``films.channels``, and ``films.frames(i, times)``: float32
(F, H, W, C) in [0, 1]. Those with captions have ``films.caption(i)`` and ``films.vocabulary``.
"""
