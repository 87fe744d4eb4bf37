"""Covers and engravings: pure functions from a name to SVG. The same name always draws the same picture.

A cover is a colonnade in daylight: columns, their rhythm and width, arch or beam, the hour and the
subject's hue all come from the slug. Flat colors only, as hexadecimal sRGB, so that browsers, mail and
the PDF typesetter draw the same.
"""

import hashlib
import math
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import NamedTuple

WIDTH, HEIGHT = 320, 180


class _Hour(NamedTuple):
    """Light of an hour: (lightness, chroma, hue shift or absolute hue) of each surface in OKLCH."""

    sky: tuple[float, float]
    far: tuple[float, float]
    stone: tuple[float, float, float]
    shade: tuple[float, float, float]
    floor: tuple[float, float, float]
    disc: tuple[float, float, float]


_HOURS = (
    _Hour((0.90, 0.032), (0.79, 0.05), (0.968, 0.016, 85), (0.84, 0.03, 70), (0.90, 0.02, 80), (0.975, 0.05, 95)),
    _Hour((0.81, 0.062), (0.67, 0.078), (0.972, 0.014, 90), (0.82, 0.03, 75), (0.91, 0.02, 85), (0.98, 0.03, 95)),
    _Hour((0.73, 0.072), (0.56, 0.08), (0.95, 0.025, 75), (0.74, 0.05, 55), (0.86, 0.035, 70), (0.89, 0.10, 75)),
    _Hour((0.55, 0.075), (0.41, 0.07), (0.88, 0.03, 60), (0.63, 0.05, 40), (0.74, 0.04, 50), (0.84, 0.11, 60)),
    _Hour((0.36, 0.06), (0.27, 0.05), (0.74, 0.03, 265), (0.50, 0.04, 265), (0.56, 0.03, 265), (0.93, 0.03, 95)),
)  # fmt: skip


class _Dice:
    """Reads choices off a digest: the same text, the same choices, on every machine."""

    def __init__(self, text: str) -> None:
        self._bits = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")

    def below(self, sides: int) -> int:
        self._bits, value = divmod(self._bits, sides)
        return value

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)


@lru_cache(maxsize=4096)
def cover_svg(slug: str, *, hue: int = 240, label: str = "") -> str:
    """Return the 16:9 cover of ``slug`` as inline SVG of about one kilobyte."""
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg class="cover" viewBox="0 0 {WIDTH} {HEIGHT}" {spoken} focusable="false" '
        f'preserveAspectRatio="xMidYMid slice">{_scene(slug, hue)}</svg>'
    )


def cover_file(slug: str, *, hue: int = 240) -> str:
    """The cover as a file of its own (feeds, structured data, previews)."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH * 4}" '
        f'height="{HEIGHT * 4}">{_scene(slug, hue)}</svg>'
    )


def _scene(slug: str, hue: int) -> str:
    dice = _Dice(slug)
    hour = _HOURS[dice.below(len(_HOURS))]
    tint = (hue + dice.between(-14, 14)) % 360
    sky, far = hex_of(*hour.sky, tint), hex_of(*hour.far, tint)
    stone, shade = hex_of(*hour.stone), hex_of(*hour.shade)
    floor, disc = hex_of(*hour.floor), hex_of(*hour.disc)
    count = dice.between(3, 8)
    arched = dice.below(2) == 1
    base = HEIGHT - dice.between(22, 34)
    top = dice.between(26, 46)
    margin = dice.between(-10, 26)
    pitch = (WIDTH - 2 * margin) / count
    width = pitch * dice.between(26, 46) / 100
    parts = [f'<path fill="{sky}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>']
    radius = dice.between(11, 30)
    disc_x, disc_y = dice.between(30, WIDTH - 30), dice.between(top + 24, base - 22)
    parts.append(f'<circle fill="{disc}" cx="{disc_x}" cy="{disc_y}" r="{radius}"/>')
    parts.append(_horizon(dice, far, base))
    parts.append(f'<path fill="{floor}" d="M0 {base}h{WIDTH}v{HEIGHT - base}H0z"/>')
    lean = dice.between(-34, 34)
    centers = [margin + pitch * (index + 0.5) for index in range(count)]
    parts.append(_floor_shadows(centers, width, base, lean, shade))
    parts.append(_columns(centers, width, base, top, stone, shade, pitch, arched, lit_left=lean > 0))
    parts.append(_entablature(dice, top, stone, shade, arched))
    steps = dice.between(1, 3)
    for step in range(steps):
        y = HEIGHT - 5 * (step + 1)
        parts.append(f'<path fill="{shade if step % 2 == 0 else stone}" d="M0 {y}h{WIDTH}v5H0z"/>')
    return "".join(parts)


def _horizon(dice: _Dice, color: str, base: int) -> str:
    kind = dice.below(3)
    if kind == 0:
        level = base - dice.between(10, 34)
        return f'<path fill="{color}" d="M0 {level}h{WIDTH}V{base}H0z"/>'
    first, second, third = dice.between(8, 40), dice.between(18, 62), dice.between(8, 44)
    if kind == 1:
        bend = f"Q80 {base - first - 16} 150 {base - third}T{WIDTH} {base - second}"
        return f'<path fill="{color}" d="M0 {base - second // 2}{bend}V{base}H0z"/>'
    peak = dice.between(60, 260)
    return (
        f'<path fill="{color}" d="M0 {base - first}L{peak} {base - second - 18}'
        f'L{WIDTH} {base - third}V{base}H0z"/>'
    )


def _floor_shadows(centers: list[float], width: float, base: int, lean: int, color: str) -> str:
    depth = HEIGHT - base
    path = "".join(f"M{_n(x - width / 2)} {base}h{_n(width)}l{lean} {depth}h{_n(-width)}z" for x in centers)
    return f'<path fill="{color}" opacity=".45" d="{path}"/>'


def _columns(
    centers: list[float], width: float, base: int, top: int, stone: str, shade: str,
    pitch: float, arched: bool, *, lit_left: bool,
) -> str:  # fmt: skip
    shafts, shades, blocks = [], [], []
    cap = max(3.0, width * 0.16)
    spring = top + (pitch - width) / 2 + 8 if arched else top + cap
    for x in centers:
        left = x - width / 2
        shafts.append(f"M{_n(left)} {_n(spring)}h{_n(width)}V{base}h{_n(-width)}z")
        third = width * 0.34
        start = left + width - third if lit_left else left
        shades.append(f"M{_n(start)} {_n(spring)}h{_n(third)}V{base}h{_n(-third)}z")
        for y in (spring, base - cap):
            blocks.append(
                f"M{_n(left - cap)} {_n(y)}h{_n(width + 2 * cap)}v{_n(cap)}h{_n(-width - 2 * cap)}z"
            )
    drawn = f'<path fill="{stone}" d="{"".join(shafts)}"/><path fill="{shade}" d="{"".join(shades)}"/>'
    if arched:
        radius = (pitch - width) / 2
        gap = pitch - width
        arches = "".join(
            f"M{_n(x + width / 2)} {_n(spring)}a{_n(radius)} {_n(radius)} 0 0 1 {_n(gap)} 0z"
            for x in [centers[0] - pitch, *centers]
        )
        wall = f"M-20 {top}h{WIDTH + 40}V{_n(spring)}H-20z"
        drawn += f'<path fill="{stone}" fill-rule="evenodd" d="{wall}{arches}"/>'
    return drawn + f'<path fill="{stone}" d="{"".join(blocks)}"/>'


def _entablature(dice: _Dice, top: int, stone: str, shade: str, arched: bool) -> str:
    if arched:
        cornice = top - dice.between(4, 7)
        roof = cornice - dice.between(0, 12)
        return (
            f'<path fill="{stone}" d="M0 {cornice}h{WIDTH}v{top - cornice}H0z"/>'
            f'<path fill="{shade}" d="M0 {roof}h{WIDTH}V{cornice}H0zM0 {top + 3}h{WIDTH}v1.5H0z"/>'
        )
    height = dice.between(9, 15)
    drawn = f'<path fill="{stone}" d="M0 {top - height}h{WIDTH}v{height}H0z"/><path fill="{shade}" d="M0 {top - 2}h{WIDTH}v2H0z"/>'
    if dice.below(2):
        apex = max(2, top - height - dice.between(14, 26))
        drawn += (
            f'<path fill="{shade}" d="M0 {top - height}L{WIDTH // 2} {apex}L{WIDTH} {top - height}z"/>'
            f'<path fill="none" stroke="{stone}" stroke-width="3" d="M0 {top - height}L{WIDTH // 2} {apex}L{WIDTH} {top - height}"/>'
        )
    else:
        step = dice.between(10, 18)
        teeth = "".join(
            f"M{x} {top - height - 5}h{step // 2}v5h{-(step // 2)}z" for x in range(4, WIDTH, step)
        )
        drawn += f'<path fill="{shade}" d="{teeth}"/>'
    return drawn


@lru_cache(maxsize=1)
def frieze_svg() -> str:
    """Return the home page's colonnade over the sea, 1440 × 200. Its colors are classes: the theme lights it."""
    width, height, count, column = 1440, 200, 13, 34
    top, base, cap = 34, 168, 7
    pitch = width / count
    centers = [pitch * (index + 0.5) for index in range(count)]
    shafts, shades, blocks, shadows = [], [], [], []
    for x in centers:
        left = x - column / 2
        entasis = f"M{_n(left + 3)} {top + cap}q-4 60-3 {base - top - 2 * cap}h{column}q1-74-3-{base - top - 2 * cap}z"
        shafts.append(entasis)
        shades.append(f"M{_n(left + column - 13)} {top + cap}h10q4 60 3 {base - top - 2 * cap}h-12z")
        blocks.append(f"M{_n(left - 5)} {top}h{column + 10}l-5 {cap}h-{column}z")
        blocks.append(f"M{_n(left - 4)} {base - cap}h{column + 8}v{cap}h-{column + 8}z")
        shadows.append(f"M{_n(left)} {base}h{column}l-44 32h-{column}z")
    hills = f"M0 128Q150 96 330 122T640 118Q700 108 760 124H{width}V{base}H0z"
    waves = "".join(f"M{x} {y}h{length}" for x, y, length in _WAVES)
    teeth = "".join(f"M{x} 20h18v8h-18z" for x in range(12, width, 36))
    parts = [
        f'<path class="frieze__sky" d="M0 20h{width}v150H0z"/>',
        '<circle class="frieze__sun" cx="1052" cy="104" r="34"/>',
        f'<path class="frieze__land" d="{hills}"/>',
        f'<path class="frieze__sea" d="M0 132h{width}v36H0z"/>',
        f'<path class="frieze__wave" d="{waves}"/>',
        f'<path class="frieze__floor" d="M0 {base}h{width}v{height - base}H0z"/>',
        f'<path class="frieze__shadow" d="{"".join(shadows)}"/>',
        f'<path class="frieze__stone" d="{"".join(shafts)}"/>',
        f'<path class="frieze__shade" d="{"".join(shades)}"/>',
        f'<path class="frieze__stone" d="{"".join(blocks)}"/>',
        f'<path class="frieze__stone" d="M0 0h{width}v{top}H0z"/>',
        f'<path class="frieze__shade" d="M0 10h{width}v2H0zM0 {top - 3}h{width}v3H0z{teeth}"/>',
    ]
    return (
        f'<svg class="frieze" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


_WAVES = (
    (60, 140, 70), (210, 150, 46), (330, 143, 90), (520, 156, 60), (700, 141, 50), (820, 152, 80),
    (980, 144, 150), (1010, 151, 96), (1030, 158, 60), (1210, 142, 60), (1320, 154, 70),
)  # fmt: skip


def guilloche_svg(code: str) -> str:
    """Return the engraving of a credential: fine interlaced lines that only this ``code`` draws.

    A 400 × 400 drawing without colors of its own: it takes ``currentColor``, so the page or the
    typesetter decides the ink.
    """
    dice = _Dice(code)
    name = "g" + hashlib.sha256(code.encode()).hexdigest()[:8]
    drawn = []
    for ring, (radius, depth) in enumerate(((166, 32), (112, 30), (62, 36))):
        petals = dice.between(3, 8)
        lobes = petals * dice.between(-(-12 // petals), 30 // petals)
        swell = dice.between(15, 60) / 100
        strands = dice.between(8, 14)
        drawn.append(f'<path id="{name}{ring}" d="{_rosette(radius, depth, lobes, petals, swell)}"/>')
        for strand in range(1, strands):
            turn = _n(360 * strand / (strands * lobes), 2)
            drawn.append(f'<use href="#{name}{ring}" transform="rotate({turn} 200 200)"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="guilloche" viewBox="0 0 400 400" fill="none" '
        f'stroke="currentColor" stroke-width=".5" aria-hidden="true">{"".join(drawn)}</svg>'
    )


def _rosette(radius: float, depth: float, lobes: int, petals: int, swell: float) -> str:
    """A closed wave around the center: one cubic curve from each crest to the next trough."""
    step = math.pi / lobes
    reach = step * 0.45
    points = []
    for index in range(2 * lobes + 1):
        angle = step * index
        wave = (1 if index % 2 == 0 else -1) * depth * (1 - swell * (0.5 - 0.5 * math.cos(petals * angle)))
        points.append((angle, radius + wave))
    path = "M" + _at(*points[0], 0)
    for (before, inner), (after, outer) in pairwise(points):
        path += f"C{_at(before, inner, reach)} {_at(after, outer, -reach)} {_at(after, outer, 0)}"
    return path + "z"


def _at(angle: float, radius: float, along: float) -> str:
    """The point at a polar place, moved ``along`` the circle's tangent by that part of the radius."""
    x = radius * (math.cos(angle) - along * math.sin(angle))
    y = radius * (math.sin(angle) + along * math.cos(angle))
    return f"{_n(200 + x)} {_n(200 + y)}"


@lru_cache(maxsize=4096)
def hex_of(lightness: float, chroma: float, hue: float) -> str:
    """Convert OKLCH to hexadecimal sRGB (Ottosson 2020), clipping what the screen cannot show."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(channel)):02x}" for channel in linear)


def _gamma(channel: float) -> float:
    channel = min(max(channel, 0.0), 1.0)
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _n(value: float, places: int = 1) -> str:
    return f"{value:.{places}f}".rstrip("0").rstrip(".")
