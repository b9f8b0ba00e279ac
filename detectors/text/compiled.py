"""Compile the few functions whose loops go through every character of every line.

numba turns them into machine code when they are first called (some seconds) and keeps the result on disk, beside the
module or in the user's cache folder, so that later processes read it (some hundredths of a second). Where neither can
be written, each process compiles for itself.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}
"""Other threads run meanwhile. Without `_nrt` the functions can make no arrays, and count no references to them, which
took half of the time."""


def compiled(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A function over numbers and arrays as machine code within those that call it: calls hand over every field."""
    return cast("Callable[Arguments, Result]", numba.njit(forceinline=True, **OPTIONS)(function))


def way_in(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """One that Python calls: kept on disk with all that it calls."""
    try:
        kept = numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder for the cache
        kept = numba.njit(**OPTIONS)(function)
    return cast("Callable[Arguments, Result]", kept)
