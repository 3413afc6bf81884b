"""The working directory is no place to import from: `python -m` puts it first, and it may be a folder of somebody else's."""

import os
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def forget_working_directory() -> None:
    """Import nothing from the working directory from now on, unless Assay itself lies there.

    To be called before anything but the standard library is imported; does nothing where `-P` or an import has done it.
    """
    first = sys.path[0] if sys.path else _ROOT
    here = os.path.realpath(first or os.getcwd())
    if here == os.path.realpath(os.getcwd()) != os.path.realpath(_ROOT):
        del sys.path[0]
        if _ROOT not in sys.path:
            sys.path.append(_ROOT)
