"""``python -m kinema.cost``."""

import sys

from kinema.cost.command import main

sys.exit(main())
