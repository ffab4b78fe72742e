"""The web app's built files. Hashed assets are kept by browsers for good, all else is asked for anew."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, PlainTextResponse, Response

from hotel.errors import NotFound

# Vite puts files whose names change with their content here, and only those.
HASHED = "assets"
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_ANEW = "no-cache"

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


def routes(static_dir: Path | None) -> APIRouter:
    """GET of every path that is no route of the API: the file, or the app's one page.

    Args:
        static_dir: where the built web app is; None or empty when it is not built.
    """
    router = APIRouter()
    root = static_dir.resolve() if static_dir is not None else None

    @router.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def site(path: str) -> Response:
        if path == "api" or path.startswith("api/"):
            raise NotFound("unknown_route", "There is nothing at this address.")
        if root is None or not (root / "index.html").is_file():
            return PlainTextResponse(
                "The web app is not built: run `make build`. The API is at /api/docs.\n", 503
            )
        file = _file(root, path)
        if file is not None:
            kept = FOR_GOOD if path.startswith(f"{HASHED}/") else ASK_ANEW
            return FileResponse(file, headers={"Cache-Control": kept})
        if path.startswith(f"{HASHED}/"):
            # An old page asks for an old asset: the app's page in its place would be no script.
            raise NotFound("unknown_file", "There is no such file.")
        return FileResponse(root / "index.html", headers={"Cache-Control": ASK_ANEW})

    return router


def _file(root: Path, path: str) -> Path | None:
    """The file below `root`, None when there is none or the path leads out of it."""
    if not path or "\x00" in path:
        return None
    try:
        file = (root / path).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except OSError:  # a name too long for the file system
        return None
