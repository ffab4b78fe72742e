"""`/api/files`: photos come in as they are and are kept re-encoded, without their metadata; PDFs as they are.

A PDF comes from anybody's machine: it is only ever given out to be saved, never shown within the app.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from gateway.photos import encode_photo
from gateway.workers import WorkerPool
from hotel.database import Database
from hotel.files import PDF, put_document, put_photo, read_file
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey

ENCODE_SECONDS = 20.0


async def _picture(request: Request) -> bytes:
    return await request.body()


PictureBody = Annotated[bytes, Depends(_picture)]
PICTURE = {
    "requestBody": {
        "required": True,
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


DOCUMENT = {
    "requestBody": {
        "required": True,
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class KeptDocument(BaseModel):
    """What an asset names the document by."""

    id: str


class KeptPhoto(BaseModel):
    """What a task, a found thing or a report names the photo by."""

    id: str
    width_pixels: int
    height_pixels: int


def routes(database: Database, workers: WorkerPool) -> APIRouter:
    """The routes of photos; the body of a POST is the picture itself."""
    router = APIRouter(tags=["files"])

    @router.post("/api/files", status_code=201, openapi_extra=PICTURE)
    def keep_photo(actor: CurrentActor, key: OnceKey, content: PictureBody) -> KeptPhoto:
        """Keep one JPEG, PNG or WebP picture."""
        photo = workers.run(encode_photo, content, timeout_seconds=ENCODE_SECONDS)
        answer = act_once(
            database,
            actor,
            key,
            lambda tx: {
                "id": put_photo(tx, actor, photo),
                "width_pixels": photo.width_pixels,
                "height_pixels": photo.height_pixels,
            },
        )
        return KeptPhoto(**answer)

    @router.post("/api/files/documents", status_code=201, openapi_extra=DOCUMENT)
    def keep_document(actor: CurrentActor, key: OnceKey, content: PictureBody) -> KeptDocument:
        """Keep one PDF."""
        return KeptDocument(
            **act_once(database, actor, key, lambda tx: {"id": put_document(tx, actor, content)})
        )

    @router.get("/api/files/{file_id}", response_class=Response)
    def show_file(file_id: str, actor: CurrentActor) -> Response:
        with database.read() as session:
            media_type, content = read_file(session, database.property_id, file_id)
        # A file never changes; a tablet keeps it, its guard still asks who looks.
        headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
        if media_type == PDF:
            headers["Content-Disposition"] = f'attachment; filename="{file_id}.pdf"'
        return Response(content, media_type=media_type, headers=headers)

    return router
