"""The one root of all errors that communique raises on purpose."""

from __future__ import annotations


class CommuniqueError(Exception):
    """An error whose message names the file, the place and the mend."""
