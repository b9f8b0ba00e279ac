"""Compile the few functions whose loops go through every character of every line.

numba turns them into machine code when they are first called (some seconds) and keeps the result on disk, beside the
module or in the user's cache folder, so that later processes read it (some hundredths of a second). Where neither can
be written, each process compiles for itself.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def compiled(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A function over numbers and arrays as machine code, for others that are compiled."""
    return cast("Callable[Arguments, Result]", numba.njit(nogil=True, _nrt=False, forceinline=True)(function))


def way_in(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """One that Python calls: kept on disk with all that it calls; other threads run meanwhile."""
    try:
        kept = numba.njit(cache=True, nogil=True, _nrt=False)(function)
    except RuntimeError:  # no folder for the cache
        kept = numba.njit(nogil=True, _nrt=False)(function)
    return cast("Callable[Arguments, Result]", kept)
