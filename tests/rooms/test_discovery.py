"""Search finds what was meant."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stoa.catalog import api as catalog
from stoa.discovery import api as discovery
from stoa.discovery.api import SearchQuery
from stoa.kernel.money import usd
from tests.builders.catalog import SAVED_AT, a_course, a_partner, an_instructor

pytestmark = pytest.mark.django_db
ON = date(2025, 7, 1)


def indexed(*courses: catalog.CourseRow) -> None:
    discovery.index_courses([course.id for course in courses], on=ON)


def titles(**query: object) -> list[str]:
    return [card.title for card in discovery.search(SearchQuery(**query), on=ON).cards]  # type: ignore[arg-type]


def test_a_slip_of_the_fingers_still_finds_python() -> None:
    indexed(a_course(title="Python from the beginning"), a_course(title="Pottery"))
    page = discovery.search(SearchQuery(text="pyhton"), on=ON)
    assert [card.title for card in page.cards] == ["Python from the beginning"]
    assert (page.did_you_mean, page.is_corrected, page.total) == ("python", True, 1)


@pytest.mark.parametrize("typed", ["statstics", "statisitcs", "statistcis", "statisticss", "sttaistics"])
def test_typos_of_every_kind_are_put_right(typed: str) -> None:
    indexed(a_course(title="Statistics and doubt"))
    assert titles(text=typed) == ["Statistics and doubt"]


def test_a_good_word_with_a_bad_one_keeps_the_good_one() -> None:
    indexed(a_course(title="Bayesian statistics"), a_course(title="Bayesian gardening"))
    assert (
        discovery.search(SearchQuery(text="bayesian statstics"), on=ON).did_you_mean == "bayesian statistics"
    )


def test_nonsense_finds_nothing_and_suggests_nothing() -> None:
    indexed(a_course(title="Statistics"))
    page = discovery.search(SearchQuery(text="xqzwv kkkkk"), on=ON)
    assert (page.total, page.did_you_mean, page.cards) == (0, "", ())


def test_a_rare_word_suggests_a_much_commoner_one_but_shows_its_own_hits() -> None:
    indexed(a_course(title="Pyhton anecdotes"), *(a_course(title=f"Python {number}") for number in range(12)))
    page = discovery.search(SearchQuery(text="pyhton"), on=ON)
    assert [card.title for card in page.cards] == ["Pyhton anecdotes"]
    assert (page.did_you_mean, page.is_corrected) == ("python", False)


def test_accents_do_not_matter() -> None:
    indexed(a_course(title="Économie générale", language="fr"))
    assert titles(text="economie") == titles(text="ÉCONOMIE") == ["Économie générale"]


def test_words_are_found_in_their_language_s_forms() -> None:
    indexed(a_course(title="Growing olives", description="Pruning and harvesting."))
    assert titles(text="olive prune") == ["Growing olives"]


def test_the_start_of_the_last_word_is_enough() -> None:
    indexed(a_course(title="Photography in winter light"))
    assert titles(text="winter li") == ["Photography in winter light"]


def test_every_letter_of_another_script_is_a_letter() -> None:
    indexed(a_course(title="مقدمة في المنطق", source_key="Alex+LOG1", language="ar"))
    assert titles(text="المنطق") == ["مقدمة في المنطق"]


def test_the_outline_the_partner_and_the_teacher_are_searched_too() -> None:
    teacher = an_instructor()
    course = a_course(title="Numbers", instructor_slugs=[teacher.slug])
    discovery.index_course(course_id=course.id, on=ON, body="The sieve of Eratosthenes")
    for text in ("eratosthenes", "lyceum", "theano"):
        assert titles(text=text) == ["Numbers"], text
    discovery.index_course(course_id=course.id, on=ON)
    assert titles(text="eratosthenes") == ["Numbers"], "an outline given before is kept"


def test_a_title_weighs_more_than_a_mention() -> None:
    indexed(
        a_course(title="Gardens", description="A word on astronomy."),
        a_course(title="Astronomy", description="Stars."),
    )
    assert titles(text="astronomy") == ["Astronomy", "Gardens"]


def test_quotes_and_minus_mean_what_they_mean_elsewhere() -> None:
    indexed(a_course(title="Deep sea fishing"), a_course(title="Sea of deep thought"))
    assert titles(text='"deep sea"') == ["Deep sea fishing"]
    assert titles(text="deep -fishing") == ["Sea of deep thought"]


def test_filters_narrow_and_their_values_widen() -> None:
    indexed(
        a_course(title="A", level="beginner", language="en", hours=2),
        a_course(title="B", level="advanced", language="en", hours=10),
        a_course(title="C", level="advanced", language="fr", hours=40, price=None),
    )
    assert titles(level=("advanced",), sort="title") == ["B", "C"]
    assert titles(level=("advanced", "beginner"), language=("en",), sort="title") == ["A", "B"]
    assert titles(duration=("long",)) == ["C"]
    assert titles(free=True) == ["C"]
    assert titles(skill=("navigation",), sort="shortest") == ["A", "B", "C"]
    assert titles(partner=("nobody",)) == []


def test_a_facet_counts_what_choosing_it_would_show() -> None:
    indexed(
        a_course(title="A", level="beginner", language="en"),
        a_course(title="B", level="advanced", language="en"),
        a_course(title="C", level="advanced", language="fr"),
    )
    facets = discovery.search(SearchQuery(level=("advanced",)), on=ON).facets
    assert {(value.value, value.count, value.is_chosen) for value in facets["level"]} == {
        ("advanced", 2, True),
        ("beginner", 1, False),
    }
    assert {(value.value, value.count) for value in facets["language"]} == {("en", 1), ("fr", 1)}


def test_a_chosen_value_that_nothing_has_stays_removable() -> None:
    indexed(a_course())
    page = discovery.search(SearchQuery(skill=("alchemy",)), on=ON)
    assert page.total == 0
    assert [value for value in page.facets["skill"] if value.is_chosen] == [
        discovery.FacetValue("alchemy", "alchemy", 0, True)
    ]


def test_drafts_and_retired_courses_are_not_found() -> None:
    draft, retired = a_course(title="Draft", published=False), a_course(title="Retired")
    indexed(draft, retired)
    assert titles() == ["Retired"]
    catalog.retire_course(course_id=retired.id, retired_at=SAVED_AT)
    discovery.index_course(course_id=retired.id, on=ON)
    assert titles() == []
    assert discovery.better_spelling("retierd") == "", "its words leave the vocabulary"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 500, "<script>alert(1)</script>", "'; DROP TABLE catalog_course; --", "& | ! ( ) :* <->", '"', '""" "',
        "\x00\x00", "%s %(text)s %%", "\\", "a" * 39 + "é", "🙂" * 60, "or or or", "- - -", "   ", "\ud7ff\uffff",
    ],
)  # fmt: skip
def test_hostile_text_never_breaks_search(text: str) -> None:
    indexed(a_course())
    found = discovery.search(SearchQuery(text=text), on=ON)
    assert found.total == len(found.cards) <= 1


def test_hostile_filters_never_break_search() -> None:
    indexed(a_course())
    page = discovery.search(
        SearchQuery(subject=("\x00",) * 50, skill=("' OR 1=1",), sort="id; --", page=10**9, language=("zz",)),
        on=ON,
    )
    assert page.cards == ()
    assert discovery.search(SearchQuery(page=-3), on=ON).page == 1


def test_as_many_statements_for_a_few_courses_as_for_many() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            discovery.search(SearchQuery(text="course", language=("en",)), on=ON)
        return len(asked)

    indexed(*(a_course(title=f"Course {number}") for number in range(3)))
    few = statements()
    indexed(*(a_course(title=f"Course {number}") for number in range(3, 40)))
    assert few == statements() == 2


def test_pages_cut_the_result_and_forget_nothing() -> None:
    indexed(*(a_course(title=f"Course {number:02}") for number in range(30)))
    first, second = (discovery.search(SearchQuery(sort="title", page=page), on=ON) for page in (1, 2))
    assert (first.total, first.pages, len(first.cards), len(second.cards)) == (30, 2, 24, 6)
    assert [card.title for card in (*first.cards, *second.cards)] == [
        f"Course {number:02}" for number in range(30)
    ]


def test_reindexing_derives_the_same_again() -> None:
    indexed(a_course(title="Python"), a_course(title="Pottery"))
    assert discovery.reindex(on=ON) == 2
    assert titles(text="pyhton") == ["Python"]


def test_indexing_again_does_not_count_words_twice() -> None:
    a_partner()
    course = a_course(title="Python")
    for _ in range(3):
        indexed(course)
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents FROM discovery_word WHERE word = 'python'")
        assert cursor.fetchall() == [(1,)]


def test_popularity_follows_enrollments_and_prices() -> None:
    quiet, loud = a_course(title="Quiet", price=None), a_course(title="Loud")
    indexed(quiet, loud)
    catalog.count_enrollment(course_id=loud.id)
    catalog.set_price(course_id=quiet.id, price=usd(9), starts_on=ON)
    assert titles(free=True) == ["Quiet"]
    assert discovery.refresh_popularity(on=ON) == 2
    assert titles(sort="popular") == ["Loud", "Quiet"]
    assert titles(free=True) == []
    assert discovery.refresh_popularity(on=ON) == 0
