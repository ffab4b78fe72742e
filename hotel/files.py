"""Photos and documents that people keep: in the database with the fact that they prove, bounded.

A photo was re-encoded before it arrives here (`gateway.photos`), without its position; a document is a PDF
as it came, which is only ever handed out to be saved. This module keeps them and gives them back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, func, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Invalid, NotFound, TooMany
from hotel.ids import new_id
from hotel.metadata import Base

JPEG, PDF = "image/jpeg", "application/pdf"
MOST_BYTES_A_FILE = 2 * 1024 * 1024
MOST_BYTES_A_DOCUMENT = 10 * 1024 * 1024
MOST_BYTES_A_PROPERTY = 8 * 1024**3
MOST_PHOTOS_OF_A_THING = 6


class FileRow(Base):
    """One photo as JPEG, or a PDF (no size in pixels). `content` is only read when somebody looks at it."""

    __tablename__ = "files"
    __table_args__ = (Index("ix_files_property", "property_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    media_type: Mapped[str]
    width_pixels: Mapped[int]
    height_pixels: Mapped[int]
    size_bytes: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    made_by: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture ready to be kept."""

    jpeg: bytes
    width_pixels: int
    height_pixels: int


def put_photo(tx: Transaction, actor: Actor, photo: Photo) -> str:
    """Keep the photo and return its id.

    Raises:
        Invalid: larger than what is kept of one.
        TooMany: the property's files fill their place; nothing is thrown away silently.
    """
    if len(photo.jpeg) > MOST_BYTES_A_FILE:
        raise Invalid("photo_too_large", "This photo is too large even after it was made smaller.")
    return _put(tx, actor, JPEG, photo.jpeg, photo.width_pixels, photo.height_pixels)


def put_document(tx: Transaction, actor: Actor, pdf: bytes) -> str:
    """Keep a PDF and return its id.

    Raises:
        Invalid: no PDF, or larger than what is kept of one.
        TooMany: the property's files fill their place.
    """
    if not pdf.startswith(b"%PDF-"):
        raise Invalid("not_a_pdf", "A document is a PDF; take anything else as a photo.")
    if len(pdf) > MOST_BYTES_A_DOCUMENT:
        most = MOST_BYTES_A_DOCUMENT // 1024 // 1024
        raise Invalid(
            "file_too_large", f"A document has at most {most} MB.", most_bytes=MOST_BYTES_A_DOCUMENT
        )
    return _put(tx, actor, PDF, pdf, 0, 0)


def _put(tx: Transaction, actor: Actor, media_type: str, content: bytes, width: int, height: int) -> str:
    kept = tx.session.scalar(
        select(func.coalesce(func.sum(FileRow.size_bytes), 0)).where(FileRow.property_id == tx.property_id)
    )
    if int(kept or 0) + len(content) > MOST_BYTES_A_PROPERTY:
        raise TooMany("photos_full", "There is no place for more photos. Tell whoever keeps the system.")
    row = FileRow(
        id=new_id(),
        property_id=tx.property_id,
        media_type=media_type,
        width_pixels=width,
        height_pixels=height,
        size_bytes=len(content),
        content=content,
        made_by=actor.id,
        at=tx.clock.now(),
    )
    tx.session.add(row)
    tx.session.flush()
    return row.id


def read_file(session: Session, property_id: str, file_id: str) -> tuple[str, bytes]:
    """Media type and content of a photo or a document. Raises NotFound."""
    row = session.get(FileRow, file_id)
    if row is None or row.property_id != property_id:
        raise NotFound("unknown_photo", "There is no such photo.")
    return row.media_type, row.content


def media_types(session: Session, property_id: str, file_ids: Collection[str]) -> dict[str, str]:
    """What each of these files is; unknown ones are left out."""
    rows = session.execute(
        select(FileRow.id, FileRow.media_type).where(
            FileRow.property_id == property_id, FileRow.id.in_(list(file_ids))
        )
    )
    return dict(rows.all())


def check_photos(session: Session, property_id: str, photo_ids: Collection[str]) -> list[str]:
    """The ids, each of which is a photo of this property.

    Raises:
        Invalid: more than a thing may have, or one that nobody has sent.
    """
    wanted = list(dict.fromkeys(photo_ids))
    if len(wanted) > MOST_PHOTOS_OF_A_THING:
        raise Invalid(
            "too_many_photos", f"At most {MOST_PHOTOS_OF_A_THING} photos.", most=MOST_PHOTOS_OF_A_THING
        )
    known = set(
        session.scalars(
            select(FileRow.id).where(
                FileRow.property_id == property_id, FileRow.id.in_(wanted), FileRow.media_type == JPEG
            )
        )
    )
    if missing := [photo for photo in wanted if photo not in known]:
        raise Invalid("unknown_photo", "A photo has not arrived yet; send it first.", missing=missing)
    return wanted
