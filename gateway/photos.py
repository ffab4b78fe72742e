"""Makes a photo fit to keep: smaller, upright, JPEG, and without anything but its picture. Runs in a worker.

A phone writes its position, its owner and a preview into a picture's metadata; none of it survives,
because the pixels are copied into a new image.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from hotel.errors import Invalid
from hotel.files import Photo

LONGEST_SIDE_PIXELS = 1600
JPEG_QUALITY = 82
# A picture's header may promise far more pixels than its bytes: refused before any is unpacked.
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


def encode_photo(content: bytes) -> Photo:
    """The picture in `content` as it is kept.

    Raises:
        Invalid: no picture, of a kind that is not read, broken, or with too many pixels.
    """
    if not content:
        raise Invalid("empty_photo", "There is no picture in this.")
    Image.MAX_IMAGE_PIXELS = None  # our own bound is stricter and answers in words
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise Invalid(
                    "photo_too_many_pixels",
                    f"A photo has at most {MOST_PIXELS // 1_000_000} megapixels.",
                    most=MOST_PIXELS,
                )
            image.draft("RGB", (LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError:
        raise Invalid("not_a_photo", "This is no JPEG, PNG or WebP picture.") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Invalid("broken_photo", "This picture is broken and cannot be opened.") from None
    upright.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return Photo(out.getvalue(), *clean.size)
