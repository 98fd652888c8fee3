"""Draws the lesson pictures: `python -m lessons.draw`. For authors; the running service never does.

ONE way for every picture. An author writes `pictures/<lesson id>.svg`: 720 units wide, at most
1,280 high, text in "Be Vietnam Pro" (400, 600, 700 or 800; nothing under 26 units, which is 13
pixels on a phone 360 wide), readable in grey, no trademark, no real link or number. This program
makes `<lesson id>.png` of it, 1,080 pixels wide, and notes in `rendered.toml` which drawing the
PNG belongs to, so that the checker can tell a stale one. Commit all three.
"""

import hashlib
import sys
import tomllib
from pathlib import Path

from lessons.catalogue import HERE, Frozen

FONTS = HERE.parent / "handlers" / "documents" / "fonts"
WIDTH = 1080
# picture.typ is 540 points wide; at 144 pixels an inch that is WIDTH.
_PPI = 144


class Rendering(Frozen):
    """Which drawing a PNG was made of, and the PNG itself, as sha256."""

    source: str
    png: str


def source_digest(svg: Path) -> str:
    """Give the digest of a drawing and of the page it is put on."""
    page = svg.with_name("picture.typ").read_bytes()
    return hashlib.sha256(page + svg.read_bytes()).hexdigest()


def renderings(pictures: Path) -> dict[str, Rendering]:
    """Read `rendered.toml` by file stem; empty when there is none yet."""
    file = pictures / "rendered.toml"
    if not file.exists():
        return {}
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {stem: Rendering.model_validate(row) for stem, row in table.items()}


def is_fresh(pictures: Path, stem: str) -> bool:
    """True when drawing and PNG are both there and are the two that `rendered.toml` names."""
    svg, png = pictures / f"{stem}.svg", pictures / f"{stem}.png"
    known = renderings(pictures).get(stem)
    if known is None or not svg.exists() or not png.exists():
        return False
    made_of, made = source_digest(svg), hashlib.sha256(png.read_bytes()).hexdigest()
    return known == Rendering(source=made_of, png=made)


def render(svg: Path) -> bytes:
    """Draw one SVG as PNG with the fonts of this repository and no other."""
    # Imported here: nothing but an author's machine needs it, and the checker imports this file.
    import typst  # noqa: TID251 - drawn when a lesson is written, in no turn and no job

    made = typst.compile(
        svg.with_name("picture.typ"),
        root=svg.parent,
        sys_inputs={"drawing": svg.name},
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="png",
        ppi=_PPI,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{svg.name} does not fit one page")
    return made


def draw_stale(pictures: Path) -> list[str]:
    """Draw what is new or changed, note it in `rendered.toml`; give the stems drawn."""
    known = renderings(pictures)
    drawings = sorted(pictures.glob("*.svg"))
    stale = [svg for svg in drawings if not is_fresh(pictures, svg.stem)]
    for svg in stale:
        png = render(svg)
        svg.with_suffix(".png").write_bytes(png)
        known[svg.stem] = Rendering(source=source_digest(svg), png=hashlib.sha256(png).hexdigest())
    kept = {svg.stem: known[svg.stem] for svg in drawings}
    lines = ["# Written by python -m lessons.draw: which drawing each PNG was made of."]
    for stem, row in kept.items():
        lines += ["", f"[{stem}]", f'source = "{row.source}"', f'png = "{row.png}"']
    (pictures / "rendered.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [svg.stem for svg in stale]


if __name__ == "__main__":
    drawn = draw_stale(HERE / "pictures")
    sys.stdout.write(f"drawn: {', '.join(drawn) or 'nothing, all fresh'}\n")
