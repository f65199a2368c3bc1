"""What comes only with an optional extra of the package: imported late, and missed with a clear message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class MissingExtra(Exception):
    """A package that comes with an extra is not installed; the message says what to type."""


@contextmanager
def from_extra(extra: str, what: str) -> Iterator[None]:
    """Imports in this block come with an extra, for the sake of ``what``.

    >>> with from_extra("html", "the format html"):
    ...     import jinja3
    Traceback (most recent call last):
    gradcheck.extras.MissingExtra: the format html needs ... jinja3: pip install 'gradcheck[html]'

    Raises MissingExtra where one of them is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "gradcheck":
            raise
        raise MissingExtra(f"{what} needs the package {package}: pip install 'gradcheck[{extra}]'") from error
