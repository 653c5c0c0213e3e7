"""`python -m server.cli`, for a checkout that is not installed."""

import sys

from server.cli import main

sys.exit(main())
