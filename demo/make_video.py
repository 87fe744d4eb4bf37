"""Draw the two short films of the demo courses, with their captions, from nothing but this file.

    python demo/make_video.py                # both films, into the courses' static folders
    python demo/make_video.py --frame 20     # one frame of each as PNG beside them, to look at

Frames are drawn with Pillow at twice their size and scaled down; PyAV encodes WebM with VP9, which every
current browser plays. The films are silent: their captions carry the words, and each caption is written
beside the scene that it belongs to, so that picture and words cannot drift apart.
"""

import argparse
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

COURSES = Path(__file__).resolve().parent / "courses"
WIDTH, HEIGHT, SCALE, FRAMES_PER_SECOND = 960, 540, 2, 15
PAPER, INK, FAINT, BLUE, RED, GREEN = "#faf6ee", "#2b2a28", "#7a7468", "#1f5f8b", "#a8432f", "#55762f"


@dataclass(frozen=True, slots=True)
class Scene:
    """So many seconds of film, with one caption in each language."""

    seconds: float
    captions: dict[str, str]


@dataclass(frozen=True, slots=True)
class Film:
    """``draw(picture, scene_index, share)`` paints one instant; ``share`` runs from 0 to 1 in each scene."""

    course: str
    name: str
    background: str
    scenes: tuple[Scene, ...]
    draw: Callable[["Picture", int, float], None]

    @property
    def seconds(self) -> float:
        return sum(scene.seconds for scene in self.scenes)

    def frame_at(self, seconds: float) -> Image.Image:
        for index, scene in enumerate(self.scenes):
            if seconds < scene.seconds or index == len(self.scenes) - 1:
                picture = Picture(self.background)
                self.draw(picture, index, min(1.0, seconds / scene.seconds))
                return picture.finished()
            seconds -= scene.seconds
        raise AssertionError("a film has at least one scene")


class Picture:
    """A canvas in film coordinates (960 × 540), drawn large and scaled down for smooth edges."""

    def __init__(self, background: str) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), background)
        self._pen = ImageDraw.Draw(self._image)

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str | None = None
    ) -> None:
        if width > 0 and height > 0:
            self._pen.rectangle(self._scaled(x, y, x + width, y + height), fill=fill, outline=edge, width=3)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1.5) -> None:
        self._pen.line(self._scaled(x1, y1, x2, y2), fill=color, width=round(width * SCALE))

    def dot(self, x: float, y: float, radius: float, color: str) -> None:
        self._pen.ellipse(self._scaled(x - radius, y - radius, x + radius, y + radius), fill=color)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, color: str, width: float
    ) -> None:
        around = self._scaled(x - radius, y - radius, x + radius, y + radius)
        self._pen.arc(around, start, end, fill=color, width=max(1, round(width * SCALE)))

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        self._pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def text(self, x: float, y: float, words: str, size: int, color: str = INK, anchor: str = "mm") -> None:
        self._pen.text((x * SCALE, y * SCALE), words, fill=color, font=_font(size * SCALE), anchor=anchor)

    def finished(self) -> Image.Image:
        return self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    @staticmethod
    def _scaled(*numbers: float) -> tuple[float, ...]:
        return tuple(number * SCALE for number in numbers)


# --- The first film: a balance sheet through its first week -----------------------------------------------

#: After each scene: cash, ovens, loan, equity, in thousands of dollars.
_STATES = (
    (0, 0, 0, 0),
    (25, 0, 0, 25),
    (65, 0, 40, 25),
    (35, 30, 40, 25),
    (40, 30, 40, 30),
    (40, 30, 40, 30),
)
_EVENTS = (
    "",
    "Amara puts in 25,000 of her savings",
    "The bank lends 40,000",
    "She buys ovens for 30,000",
    "Bread is sold for 5,000",
    "Assets = liabilities + equity",
)


def _draw_balance(picture: Picture, scene: int, share: float) -> None:
    if scene == 0:
        picture.text(WIDTH / 2, 220, "Why it stays in balance", 46)
        picture.text(WIDTH / 2, 290, "The first week of Tern Street Bakery", 24, FAINT)
        return
    moved = _ease((share - 0.25) / 0.35)
    before, after = _STATES[scene - 1], _STATES[scene]
    cash, ovens, loan, equity = (old + (new - old) * moved for old, new in zip(before, after, strict=True))
    picture.text(WIDTH / 2, 46, _EVENTS[scene], 30)
    floor, unit, left, right, wide = 440.0, 4.6, 230.0, 560.0, 170.0
    _stack(
        picture, left, floor, wide, unit, (("Ovens", ovens, "#c3d8e6", BLUE), ("Cash", cash, "#e3eef5", BLUE))
    )
    _stack(
        picture,
        right,
        floor,
        wide,
        unit,
        (("Loan", loan, "#f0d9d0", RED), ("Equity", equity, "#dfe8d3", GREEN)),
    )
    picture.line(150, floor, 810, floor, INK, 2)
    top = floor - (cash + ovens) * unit
    picture.line(left - 30, top, right + wide + 30, top, FAINT, 1)
    picture.text(left + wide / 2, floor + 28, "what it has", 20, FAINT)
    picture.text(right + wide / 2, floor + 28, "who has a claim on it", 20, FAINT)
    picture.text(left + wide / 2, floor + 60, _thousands(cash + ovens), 26)
    picture.text(right + wide / 2, floor + 60, _thousands(loan + equity), 26)
    picture.text(WIDTH / 2, floor + 60, "=", 30)
    for name, x, change in (("left", left, 0), ("right", right + wide, 2)):
        lines = [(after[i] - before[i], label) for i, label in ((change, ""), (change + 1, ""))]
        words = [f"{'+' if amount > 0 else '−'}{abs(amount)},000" for amount, _ in lines if amount]
        for row, word in enumerate(words):
            edge, anchor = (x - 40, "rm") if name == "left" else (x + 40, "lm")
            picture.text(edge, 180 + row * 40, word, 26, GREEN if word[0] == "+" else RED, anchor)


def _stack(
    picture: Picture,
    x: float,
    floor: float,
    wide: float,
    unit: float,
    parts: tuple[tuple[str, float, str, str], ...],
) -> None:
    for name, thousands, fill, edge in parts:
        height = thousands * unit
        picture.box(x, floor - height, wide, height, fill, edge)
        if height > 26:
            picture.text(x + wide / 2, floor - height / 2, f"{name}  {_thousands(thousands)}", 19)
        floor -= height


def _thousands(amount: float) -> str:
    return f"{round(amount * 1000):,}"


BALANCE = Film(
    course="reading-a-balance-sheet",
    name="why-it-balances",
    background=PAPER,
    draw=_draw_balance,
    scenes=(
        Scene(
            5,
            {
                "en": "Why do the two sides of a balance sheet never disagree?",
                "es": "¿Por qué los dos lados de un balance nunca discrepan?",
            },
        ),
        Scene(
            9,
            {
                "en": "Amara puts in her savings. Cash rises, and so does her own claim: equity.",
                "es": "Amara aporta sus ahorros. Sube el efectivo y sube su propio derecho: el patrimonio.",
            },
        ),
        Scene(
            9,
            {
                "en": "The bank lends. Cash rises, and so does what the bakery owes. Nobody became richer.",
                "es": "El banco presta. Sube el efectivo y sube lo que se debe. Nadie se ha hecho más rico.",
            },
        ),
        Scene(
            9,
            {
                "en": "She buys ovens. One asset becomes another. The height of both sides stays the same.",
                "es": "Compra hornos. Un activo se convierte en otro. La altura de ambos lados no cambia.",
            },
        ),
        Scene(
            9,
            {
                "en": "Bread is sold. Cash rises, and equity rises with it: that is revenue.",
                "es": "Se vende pan. Sube el efectivo y con él el patrimonio: eso es un ingreso.",
            },
        ),
        Scene(
            7,
            {
                "en": "Every event moves two lines. So assets always equal liabilities plus equity.",
                "es": "Cada hecho mueve dos líneas. Por eso el activo es siempre igual al pasivo más el patrimonio.",
            },
        ),
    ),
)

# --- The second film: a night around the celestial pole ----------------------------------------------------

_NIGHT, _MOONLIGHT, _AMBER = "#141a2b", "#f2ead8", "#f0c674"
_POLE = (480.0, 225.0)
_HORIZON = 450.0


def _stars() -> Iterator[tuple[float, float, float, str]]:
    chance = random.Random(1609)
    for _ in range(190):
        color = chance.choice(("#ffffff", "#dbe8ff", "#fdf4dc", "#ffe1c4"))
        yield (
            math.sqrt(chance.uniform(0.0006, 1)) * 620,
            chance.uniform(0, 360),
            chance.choice((1.0, 1.3, 1.8, 2.4)),
            color,
        )


_STARS = tuple(_stars())
#: Hours that have passed at the end of each scene.
_HOURS = (0.0, 1.0, 3.0, 3.0, 6.0)


def _draw_sky(picture: Picture, scene: int, share: float) -> None:
    start = _HOURS[scene - 1] if scene else 0.0
    hours = start + (_HOURS[scene] - start) * share
    turned = hours * 15
    x, y = _POLE
    for radius, angle, size, color in _STARS:
        now = -(angle + turned)
        if scene >= 2 and radius > 14:
            picture.arc(x, y, radius, now, now + min(turned, 90), _dim(color), size * 0.7)
        picture.dot(
            x + radius * math.cos(math.radians(now)), y + radius * math.sin(math.radians(now)), size, color
        )
    hill = [(0, HEIGHT), (0, _HORIZON + 8)]
    hill += [
        (step, _HORIZON + 9 * math.sin(step / 130) + 4 * math.sin(step / 47))
        for step in range(0, WIDTH + 1, 12)
    ]
    picture.polygon([*hill, (WIDTH, HEIGHT)], "#1d2129")
    picture.dot(x, y, 3.2, "#ffffff")
    if scene == 0:
        picture.text(WIDTH / 2, 120, "How the sky turns", 44, _MOONLIGHT)
    if scene in (1, 2):
        picture.line(
            x, y, x + 180 * math.cos(math.radians(-60)), y + 180 * math.sin(math.radians(-60)), _AMBER, 1.2
        )
        now = -(60 + turned)
        picture.line(
            x, y, x + 180 * math.cos(math.radians(now)), y + 180 * math.sin(math.radians(now)), _AMBER, 1.2
        )
        picture.arc(x, y, 120, now, -60, _AMBER, 2)
        picture.text(x + 30, y - 195, f"{turned:.0f}°", 24, _AMBER)
    if scene == 3:
        picture.line(x, y, x, _HORIZON, _AMBER, 1.5)
        picture.line(x - 10, _HORIZON, x + 10, _HORIZON, _AMBER, 1.5)
        picture.text(x + 16, (y + _HORIZON) / 2, "45° = your latitude", 24, _AMBER, "lm")
    picture.text(WIDTH / 2, 500, "north", 20, "#b9b09c")
    picture.text(40, 500, f"{hours:.1f} h", 22, _MOONLIGHT, "lm")


def _dim(color: str) -> str:
    return "#" + "".join(
        f"{(int(color[i : i + 2], 16) + 2 * int(_NIGHT[i : i + 2], 16)) // 3:02x}" for i in (1, 3, 5)
    )


SKY = Film(
    course="astronomy-with-the-naked-eye",
    name="how-the-sky-turns",
    background=_NIGHT,
    draw=_draw_sky,
    scenes=(
        Scene(
            5,
            {
                "en": "You look north on a clear night.",
                "de": "Sie blicken in einer klaren Nacht nach Norden.",
            },
        ),
        Scene(
            9,
            {
                "en": "In one hour the whole sky turns by 15 degrees, a fist and a half.",
                "de": "In einer Stunde dreht sich der ganze Himmel um 15 Grad, anderthalb Fäuste.",
            },
        ),
        Scene(
            10,
            {
                "en": "All stars turn together, as if they were painted on one bowl.",
                "de": "Alle Sterne drehen sich gemeinsam, als wären sie auf eine Schale gemalt.",
            },
        ),
        Scene(
            7,
            {
                "en": "One point stays. Its height above the horizon is your latitude.",
                "de": "Ein Punkt bleibt stehen. Seine Höhe über dem Horizont ist Ihre geografische Breite.",
            },
        ),
        Scene(
            9,
            {
                "en": "Stars near the pole never set. Those farther out dip below the hills and return.",
                "de": "Sterne nahe am Pol gehen nie unter. Die äußeren tauchen hinter die Hügel und kehren zurück.",
            },
        ),
    ),
)

# --- Encoding and captions -----------------------------------------------------------------------------------


def encode(film: Film) -> Path:
    """Write the film as WebM and its captions as SubRip files; return the film's path."""
    folder = COURSES / film.course / "static"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{film.name}.webm"
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx-vp9", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {
            "crf": "38",
            "b": "0",
            "deadline": "good",
            "cpu-used": "4",
            "row-mt": "1",
            "g": "150",
        }
        for index in range(round(film.seconds * FRAMES_PER_SECOND)):
            frame = av.VideoFrame.from_image(film.frame_at(index / FRAMES_PER_SECOND))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    for language in film.scenes[0].captions:
        (folder / f"{film.name}-{language}.srt").write_text(captions(film, language), encoding="utf-8")
    return path


def captions(film: Film, language: str) -> str:
    """The captions of one language in SubRip form, a short breath before each scene's end."""
    cues, start = [], 0.0
    for number, scene in enumerate(film.scenes, 1):
        end = start + scene.seconds
        cues.append(
            f"{number}\n{_timestamp(start + 0.4)} --> {_timestamp(end - 0.2)}\n{scene.captions[language]}\n"
        )
        start = end
    return "\n".join(cues)


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    whole, thousandths = divmod(milliseconds, 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{thousandths:03d}"


def _ease(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf"):
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--frame", type=float, metavar="SECONDS", help="only draw this instant, as PNG")
    at = arguments.parse_args().frame
    for film in (BALANCE, SKY):
        if at is not None:
            film.frame_at(at).save(f"{film.name}-{at:g}.png")
            continue
        path = encode(film)
        print(f"{path.relative_to(COURSES.parent)}  {film.seconds:g} s  {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
