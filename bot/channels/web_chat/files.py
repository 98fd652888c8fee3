"""The page itself: three small files, read once, and the pictures of the lessons."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.channels.web_chat import edge

STATIC: Final = Path(__file__).parents[2] / "web" / "static"
KINDS: Final = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "chat.svg": "image/svg+xml",
}
_STEM_FORM: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FOREVER: Final = "public, max-age=31536000, immutable"


def routes(pictures: Path) -> Sequence[web.RouteDef]:
    """Routes of the page, of its files under their content's hash, and of the pictures."""

    async def picture(request: web.Request) -> web.StreamResponse:
        stem, _, ending = request.match_info["name"].partition(".")
        if not _STEM_FORM.fullmatch(stem) or ending != "png":
            return web.Response(status=404, headers=edge.FRESH)
        headers = {**edge.SAFE, "Cache-Control": "public, max-age=86400"}
        return web.FileResponse(pictures / f"{stem}.png", headers=headers)

    contents = {name: (STATIC / name).read_bytes() for name in KINDS}
    page = (STATIC / "chat.html").read_text(encoding="utf-8")
    for name, content in contents.items():
        page = page.replace(f"/static/{name}", f"/static/{name}?v={edge.short_hash(content)}")
    return [
        _file("/", page.encode(), kind="text/html", cache="no-cache"),
        *(
            _file(f"/static/{name}", content, kind=KINDS[name], cache=_FOREVER)
            for name, content in contents.items()
        ),
        web.get("/pictures/{name}", picture),
    ]


def _file(path: str, content: bytes, *, kind: str, cache: str) -> web.RouteDef:
    etag = edge.short_hash(content)
    headers = {
        **edge.SAFE,
        "Cache-Control": cache,
        "ETag": f'"{etag}"',
        "Vary": "Accept-Encoding",
    }

    async def show(request: web.Request) -> web.StreamResponse:
        if any(known.value == etag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        response = web.Response(body=content, content_type=kind, charset="utf-8", headers=headers)
        response.enable_compression()
        return response

    return web.get(path, show)
