"""Small pictures, made by Pillow."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def png(width: int, height: int) -> bytes:
    return picture(width, height, "PNG")


def picture(width: int, height: int, kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (31, 78, 121)).save(out, kind)
    return out.getvalue()
