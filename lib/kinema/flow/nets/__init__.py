"""Networks that learn optical flow. This package, unlike the rest of `kinema.flow`, imports torch."""
