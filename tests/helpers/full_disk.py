"""A disk on which nothing more can be written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.errors import ErrorCode, UserFacingError


@contextmanager
def full_disk() -> Iterator[None]:
    """Every write of the file fails as on a full disk; reading goes on."""

    def refuse(*_args: object, **_known: object) -> None:
        raise UserFacingError(ErrorCode.STORE_NOT_WRITTEN, problem="full")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("db.session.refresh_entries", refuse)
        yield
