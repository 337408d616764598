"""Reference implementations for the course *Seeing motion*.

Subpackages are imported by name (``from kinema.flow import lucas_kanade``), so that
classical flow never pulls in torch, CuPy or a plotting library.
"""

__version__ = "0.2.0"
