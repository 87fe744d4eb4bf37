"""Covers and engravings: the same name draws the same, no two names do."""

import re
from xml.etree import ElementTree

import pytest

from stoa.web.ui.covers import cover_file, cover_svg, frieze_svg, guilloche_svg, hex_of
from stoa.web.ui.icons import ICONS, icon_svg


def test_a_slug_always_draws_the_same_cover() -> None:
    assert cover_file("astronomy", hue=245) == cover_file("astronomy", hue=245)
    assert cover_file("astronomy", hue=245).count("<path") >= 6


def test_five_thousand_courses_of_one_subject_all_look_different() -> None:
    assert len({cover_file(f"course-{number}", hue=245) for number in range(5000)}) == 5000


def test_codes_engrave_different_lines() -> None:
    assert (
        len({re.sub(r"g[0-9a-f]{8}", "", guilloche_svg(f"7Q4K-M2XD-{number:04}")) for number in range(500)})
        > 495
    )


@pytest.mark.parametrize(
    "drawn",
    [cover_file("a"), guilloche_svg("7Q4K-M2XD-91BV"), cover_svg("x", label='a "b" <c>'), frieze_svg()],
)
def test_drawings_are_well_formed_small_and_carry_no_style(drawn: str) -> None:
    ElementTree.fromstring(drawn)
    assert "style=" not in drawn
    assert len(drawn) < 7000


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_well_formed(name: str) -> None:
    assert len(ElementTree.fromstring(icon_svg(name))) > 0, "it draws something"


def test_known_colors_convert() -> None:
    assert hex_of(1, 0, 0) == "#ffffff"
    assert hex_of(0, 0, 0) == "#000000"
    assert hex_of(0.627955, 0.257683, 29.2339) == "#ff0000"
