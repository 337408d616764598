"""How far an estimate is from the truth."""

from kinema.metrics.endpoint import endpoint_error, epe

__all__ = ["endpoint_error", "epe"]
