"""``python -m kinema.cost``."""

import sys

from kinema.cost.command import main

if __name__ == "__main__":  # not in the processes that it starts
    sys.exit(main())
