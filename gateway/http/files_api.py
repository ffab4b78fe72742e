"""`/api/files`: photos come in as they are and are kept re-encoded, without their metadata."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from gateway.photos import encode_photo
from gateway.workers import WorkerPool
from hotel.database import Database
from hotel.files import put_photo, read_photo
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

    @router.get("/api/files/{file_id}", response_class=Response)
    def show_photo(file_id: str, actor: CurrentActor) -> Response:
        with database.read() as session:
            photo = read_photo(session, database.property_id, file_id)
        # A photo never changes; a tablet keeps it, its guard still asks who looks.
        return Response(
            photo.jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"}
        )

    return router
