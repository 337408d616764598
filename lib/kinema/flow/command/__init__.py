"""The command line's parts: ``python -m kinema.flow --help``."""
