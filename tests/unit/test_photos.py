"""What is kept of a photo: its picture, upright and small, and nothing of its metadata."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from gateway.photos import LONGEST_SIDE_PIXELS, encode_photo
from hotel.errors import Invalid

POSITION = 0x8825
ORIENTATION = 0x0112


def picture(width: int = 800, height: int = 600, kind: str = "JPEG", turned: bool = False) -> bytes:
    image = Image.new("RGB", (width, height), (200, 30, 30))
    out = io.BytesIO()
    if kind == "JPEG":
        exif = Image.Exif()
        if turned:
            exif[ORIENTATION] = 6
        exif.get_ifd(POSITION).update({1: "N", 2: (31.0, 14.0, 0.0)})
        image.save(out, kind, exif=exif, comment=b"taken by Chen Wei")
    else:
        image.save(out, kind)
    return out.getvalue()


def test_neither_position_nor_comment_survives() -> None:
    taken = picture()
    assert b"Chen" in taken
    photo = encode_photo(taken)
    kept = Image.open(io.BytesIO(photo.jpeg))
    assert not kept.getexif()
    assert b"Exif" not in photo.jpeg
    assert b"Chen" not in photo.jpeg


def test_a_photo_taken_sideways_is_kept_upright() -> None:
    photo = encode_photo(picture(800, 600, turned=True))
    assert (photo.width_pixels, photo.height_pixels) == (600, 800)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_is_made_smaller(kind: str) -> None:
    photo = encode_photo(picture(2400, 1800, kind))
    assert (photo.width_pixels, photo.height_pixels) == (LONGEST_SIDE_PIXELS, 1200)
    assert photo.jpeg.startswith(b"\xff\xd8")


def test_a_picture_that_promises_a_thousand_megapixels_is_refused_before_it_is_unpacked() -> None:
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = zlib.compress(b"\0" * 100)
    bomb += struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    with pytest.raises(Invalid) as refused:
        encode_photo(bomb)
    assert refused.value.code == "photo_too_many_pixels"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_photo"),
        (b"GIF89a" + b"\0" * 40, "not_a_photo"),
        (b"hello", "not_a_photo"),
        (picture()[:300], "broken_photo"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        encode_photo(content)
    assert refused.value.code == code
