"""What is said of a disk that refuses: what, where, why, and what to do."""

from __future__ import annotations

import errno

import pytest

from models.disk import FAULTS, disk_error, fault, reason, sentence


def raised(action) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which one it is depends on the library
        action()
    return caught.value


def wrapped() -> BaseException:
    def act():
        try:
            raise OSError(errno.EDQUOT, "Disk quota exceeded", "/x/y")
        except OSError as error:
            raise RuntimeError("the library says something else") from error

    return raised(act)


@pytest.mark.parametrize(
    ("error", "number"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), errno.ENOSPC),
        (OSError("2048 requested and 12 written"), errno.ENOSPC),  # what numpy says
        (RuntimeError("I/O error: No space left on device (os error 28)"), errno.ENOSPC),  # what safetensors says
        (PermissionError(errno.EACCES, "Permission denied", "/x"), errno.EACCES),
        (OSError(errno.EIO, "Input/output error"), errno.EIO),
        (OSError(errno.EROFS, "Read-only file system"), errno.EROFS),
        (wrapped(), errno.EDQUOT),
        (FileNotFoundError(errno.ENOENT, "No such file", "/x"), None),
        (ValueError("a full stop"), None),
    ],
)
def test_the_disk_is_told_from_everything_else(error, number):
    assert fault(error) == number


@pytest.mark.parametrize("number", sorted(FAULTS))
def test_every_refusal_says_what_where_why_and_what_to_do(number, tmp_path):
    said = sentence(number, tmp_path / "x.csv")
    assert said.startswith(str(tmp_path / "x.csv"))
    assert said.endswith(".")
    assert said.count("\n") == 0
    assert any(verb in said for verb in ("free some", "make it", "change the", "see `ulimit", "look at"))


def test_how_much_is_free_is_said_of_the_place_itself(tmp_path):
    assert f"free in {tmp_path}" in reason(errno.ENOSPC, tmp_path / "not" / "there" / "x.csv")


def test_of_two_files_the_one_that_was_to_be_written_is_named(tmp_path):
    error = OSError(errno.ENOSPC, "No space left on device", "/from/here", None, str(tmp_path / "there"))
    assert str(disk_error(error)).startswith(str(tmp_path / "there"))
