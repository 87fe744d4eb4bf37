"""Problems of all years: read, shown without answers, graded as authored."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from stoa.courseware import problems
from stoa.courseware.data import GradedProblem, ProblemView, QuestionPart
from stoa.courseware.olx.markup import Markup
from stoa.courseware.olx.notes import Notes

Answers = Mapping[str, str | Sequence[str]]


def read(xml: str, *, weight: str | None = None) -> problems.Problem:
    problem = problems.parse_problem(
        etree.fromstring(xml),
        clean=Markup([], Notes()).clean,
        title="Title",
        weight=Decimal(weight) if weight else None,
    )
    assert problems.problem_from_json(problems.problem_to_json(problem)) == problem
    return problem


def view(problem: problems.Problem, seed: int = 0) -> ProblemView:
    return problems.view_of(problem, key="p", seed=seed)


def questions(problem: problems.Problem) -> list[QuestionPart]:
    return [part for part in view(problem).parts if isinstance(part, QuestionPart)]


def choose(problem: problems.Problem, *texts: str, at: int = 0) -> list[str]:
    """The form values of the options with these texts."""
    return [option.value for option in questions(problem)[at].options if option.html in texts]


def earned(problem: problems.Problem, answer: str | Sequence[str]) -> Decimal:
    return problems.grade(problem, {"q1": answer}).earned


def verdict(graded: GradedProblem) -> str:
    return graded.parts[0].verdict


SINGLE = """<problem><multiplechoiceresponse partial_credit="points"><label>Color?</label>
<choicegroup type="MultipleChoice">
<choice correct="true">Blue<choicehint label="Yes">Well seen.</choicehint></choice>
<choice correct="partial" point_value="0.25">Teal</choice>
<choice correct="partial">Violet</choice>
<choice correct="false">Red<choicehint>Look up.</choicehint></choice>
</choicegroup></multiplechoiceresponse></problem>"""


def test_single_choice_gives_full_partial_or_no_points() -> None:
    problem = read(SINGLE, weight="4")
    shares = {name: earned(problem, choose(problem, name)) for name in ("Blue", "Teal", "Violet", "Red")}
    assert shares == {"Blue": 4, "Teal": 1, "Violet": 2, "Red": 0}
    graded = problems.grade(problem, {"q1": choose(problem, "Blue")})
    assert graded.parts[0].feedback_html == "<strong>Yes</strong> Well seen."


def test_a_view_holds_no_sign_of_the_answer() -> None:
    shown = str(view(read(SINGLE)))
    for secret in ("Well seen", "Look up", "true", "partial", "0.25", "share"):
        assert secret not in shown


CHECKS = """<problem><choiceresponse partial_credit="{rule}"><label>Even?</label><checkboxgroup>
<choice correct="true">two<choicehint selected="true">Even.</choicehint>
<choicehint selected="false">Two is even.</choicehint></choice>
<choice correct="false">three</choice><choice correct="true">four</choice>
<choice correct="false">five</choice><choice correct="false">seven</choice>
<compoundhint value="A B">Three is odd.</compoundhint>
</checkboxgroup></choiceresponse></problem>"""


@pytest.mark.parametrize(
    ("rule", "chosen", "points"),
    [
        ("", ("two", "four"), "1"),
        ("", ("two",), "0"),
        ("EDC", ("two",), "0.8"),
        ("EDC", ("two", "three", "five", "seven"), "0.2"),
        ("EDC", ("three", "five", "seven"), "0"),
        ("halves", ("two",), "0.5"),
        ("halves", ("two", "three"), "0.25"),
        ("halves", ("three",), "0"),
        ("EDC", (), "0"),
    ],
)
def test_check_boxes_give_points_by_their_own_rule(rule: str, chosen: tuple[str, ...], points: str) -> None:
    problem = read(CHECKS.format(rule=rule))
    assert earned(problem, choose(problem, *chosen)) == Decimal(points)


def test_check_boxes_tell_what_was_authored_for_this_choice() -> None:
    problem = read(CHECKS.format(rule="EDC"))
    both = problems.grade(problem, {"q1": choose(problem, "two", "three")})
    assert both.parts[0].feedback_html == "Three is odd."
    missed = problems.grade(problem, {"q1": choose(problem, "four")})
    assert "Two is even." in missed.parts[0].feedback_html
    assert verdict(problems.grade(problem, {})) == "unanswered"


@given(
    st.sets(st.sampled_from(["two", "three", "four", "five", "seven"])),
    st.sampled_from(["", "EDC", "halves"]),
)
def test_partial_credit_is_full_only_for_the_whole_answer(chosen: set[str], rule: str) -> None:
    problem = read(CHECKS.format(rule=rule))
    points = earned(problem, choose(problem, *chosen))
    assert 0 <= points <= 1
    assert (points == 1) is (chosen == {"two", "four"})


def test_dropdowns_of_2013_and_of_today_are_graded() -> None:
    old = read(
        "<problem><p>The sky is <optionresponse><optioninput options=\"('Up','Down')\" correct=\"Up\"/>"
        "</optionresponse></p></problem>"
    )
    assert questions(old)[0].label_html == "The sky is"
    assert earned(old, choose(old, "Up")) == 1
    assert earned(old, choose(old, "Down")) == 0
    new = read(
        '<problem><optionresponse><label>Pick</label><optioninput><option correct="False">A'
        '<optionhint label="No">Try B.</optionhint></option><option correct="True">B</option></optioninput>'
        "</optionresponse></problem>"
    )
    assert earned(new, choose(new, "B")) == 1
    assert "Try B." in problems.grade(new, {"q1": choose(new, "A")}).parts[0].feedback_html


def test_several_dropdowns_of_one_response_are_worth_a_point_each() -> None:
    problem = read(
        "<problem><optionresponse><p>Sky <optioninput options=\"('Up','Down')\" correct=\"Up\"/></p>"
        "<p>Earth <optioninput options=\"('Up','Down')\" correct=\"Down\"/></p></optionresponse></problem>",
        weight="10",
    )
    assert [part.label_html for part in questions(problem)] == ["Sky", "Earth"]
    graded = problems.grade(problem, {"q1": choose(problem, "Up")[0], "q2": choose(problem, "Up", at=1)[0]})
    assert (graded.earned, graded.possible) == (5, 10)


def number(attributes: str, inside: str = "") -> problems.Problem:
    return read(f"<problem><numericalresponse {attributes}><label>N</label>{inside}"
                "<formulaequationinput/></numericalresponse></problem>")  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "inside", "answer", "points"),
    [
        ('answer="100"', '<responseparam type="tolerance" default="5%"/>', "95", "1"),
        ('answer="100"', '<responseparam type="tolerance" default="5%"/>', "94.9", "0"),
        ('answer="100"', '<responseparam type="tolerance" default=".5"/>', "100.5", "1"),
        ('answer="100" tolerance="1"', "", "101", "1"),
        ('answer="1000"', "", "1,000", "1"),
        ('answer="2*pi"', "", "6.2831853", "1"),
        ('answer="[1,2)"', "", "1", "1"),
        ('answer="[1,2)"', "", "2", "0"),
        ('answer="(1,2]"', "", "1", "0"),
        ('answer="(1,2]"', "", "2", "1"),
        ('answer="[1/3, 2/3]"', "", "0.33333", "1"),
        ('answer="(1/3, 2/3]"', "", "0.33333", "0"),
        ('answer="[5,7)"', "", "[5,7)", "0"),
        ('answer="10 k"', "", "10 k", "1"),
        ('answer="10 k"', "", "10", "0"),
        ('answer="3*c"', "", "8.994e8", "1"),
        ('answer="sqrt(2)"', "", "√2", "1"),
        ('answer="2+3*j"', "", "3i+2", "1"),
        ('answer="5"', '<responseparam type="tolerance" default="+-0.5"/>', "5.5", "1"),
        ('answer="-5"', '<responseparam type="tolerance" default="10%"/>', "−5.5", "1"),
        ('answer="5"', '<additional_answer answer="7"/>', "7", "1"),
        ('answer="10" partial_credit="list"', '<responseparam partial_answers="9, 11"/>', "11", "0.5"),
        (
            'answer="10" partial_credit="close"',
            '<responseparam type="tolerance" default="1" partial_range="3"/>', "12.9", "0.5",
        ),
        ('answer="10"', "", "<b>10</b>", "0"),
        ('answer="10"', "", "nan", "0"),
        ('answer="10"', "", "1" * 100_000, "0"),
    ],
)  # fmt: skip
def test_numbers_are_graded_by_tolerance_range_and_alternatives(
    attributes: str, inside: str, answer: str, points: str
) -> None:
    assert earned(number(attributes, inside), answer) == Decimal(points)


def test_a_unit_of_the_problems_own_may_be_typed_along() -> None:
    problem = read(
        '<problem><numericalresponse answer="9.81"><label>g</label>'
        '<formulaequationinput trailing_text="m/s^2"/></numericalresponse></problem>'
    )
    assert questions(problem)[0].unit_suffix == "m/s^2"
    assert earned(problem, "9.81 m/s^2") == earned(problem, "9.81") == 1


@pytest.mark.parametrize(
    ("attributes", "answer", "points"),
    [
        ('answer="Michigan" type="ci"', " michigan ", 1),
        ('answer="Michigan"', "MICHIGAN", 0),
        ('answer="Michigan" type="cs"', "michigan", 0),
        ('answer="Ohio _or_ Utah" type="ci"', "utah", 1),
        ('answer="Ohio_or_Utah"', "Utah", 1),
        ('answer="colou?r" type="ci regexp"', "COLOR", 1),
        ('answer="colou?r" type="regexp"', "COLOR", 0),
        ('answer="(a+)+b" type="regexp"', "a" * 400, 0),
        ('answer="don\'t"', "don’t", 1),
        ('answer="é"', "e\u0301", 1),
    ],
)
def test_text_is_compared_by_its_own_rule(attributes: str, answer: str, points: int) -> None:
    problem = read(
        f"<problem><p>Say it</p><stringresponse {attributes}><textline/></stringresponse></problem>"
    )
    assert questions(problem)[0].label_html == "Say it"
    assert earned(problem, answer) == points


def test_alternatives_and_expected_mistakes_have_their_feedback() -> None:
    problem = read(
        '<problem><stringresponse answer="Paris" type="ci"><label>Capital</label><correcthint>Right.</correcthint>'
        '<additional_answer answer="Lutetia"><correcthint>Roman!</correcthint></additional_answer>'
        '<stringequalhint answer="Lyon">Larger is not capital.</stringequalhint><textline/>'
        "</stringresponse></problem>"
    )
    feedback = {
        a: problems.grade(problem, {"q1": a}).parts[0].feedback_html for a in ("paris", "Lutetia", "lyon")
    }
    assert feedback == {"paris": "Right.", "Lutetia": "Roman!", "lyon": "Larger is not capital."}


def test_hints_of_2013_are_given_for_the_answers_they_name() -> None:
    problem = read(
        '<problem><p>Which?</p><stringresponse answer="Michigan" type="ci"><textline/><hintgroup>'
        '<stringhint answer="wisconsin" name="wisc"/><hintpart on="wisc"><text>That is Madison.</text></hintpart>'
        '<hintpart on="default"><text>Great Lakes.</text></hintpart></hintgroup></stringresponse></problem>'
    )
    assert problems.grade(problem, {"q1": "Wisconsin"}).parts[0].feedback_html == "That is Madison."
    assert problems.grade(problem, {"q1": "Utah"}).parts[0].feedback_html == "Great Lakes."


def test_shuffled_choices_keep_fixed_ones_in_place_and_depend_on_the_seed_alone() -> None:
    problem = read(
        '<problem><multiplechoiceresponse><label>?</label><choicegroup shuffle="true">'
        + "".join(f'<choice correct="{str(n == 1).lower()}">{n}</choice>' for n in range(1, 9))
        + '<choice correct="false" fixed="true">None of these</choice></choicegroup></multiplechoiceresponse></problem>'
    )
    orders = {seed: [o.html for o in view(problem, seed).parts[0].options] for seed in range(6)}  # type: ignore[union-attr]
    assert all(order[-1] == "None of these" and len(order) == 9 for order in orders.values())
    assert len({tuple(order) for order in orders.values()}) > 1
    assert orders[3] == [o.html for o in view(problem, 3).parts[0].options]  # type: ignore[union-attr]


def test_an_answer_pool_shows_one_right_choice_among_others() -> None:
    problem = read(
        '<problem><multiplechoiceresponse><label>?</label><choicegroup answer-pool="3">'
        + "".join(f'<choice correct="{str(n < 2).lower()}">{n}</choice>' for n in range(8))
        + "</choicegroup></multiplechoiceresponse></problem>"
    )
    for seed in range(8):
        shown = {o.html for o in view(problem, seed).parts[0].options}  # type: ignore[union-attr]
        assert len(shown) == 3
        assert len(shown & {"0", "1"}) == 1


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ('<customresponse cfn="f"><textline/></customresponse>', "Python program"),
        ('<formularesponse answer="x" samples="x@1:2#3"><textline/></formularesponse>', "sampling"),
        ('<numericalresponse answer="$x"><textline/></numericalresponse><script>import random\nx=random.random()</script>', "“x”"),
        ('<numericalresponse answer="many"><textline/></numericalresponse>', "“many”"),
        ('<stringresponse answer="(a)\\1" type="regexp"><textline/></stringresponse>', "pattern"),
        ('<multiplechoiceresponse><choicegroup><choice correct="false">a</choice></choicegroup></multiplechoiceresponse>', "correct"),
        ('<unheardofresponse><textline/></unheardofresponse>', "unheardofresponse"),
        ('<stringresponse answer="a"/>', "input field"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_says_precisely_why(xml: str, reason: str) -> None:
    with pytest.raises(problems.Unplayable, match=reason.replace("(", r"\(")):
        read(f"<problem>{xml}<stringresponse answer='x'><textline/></stringresponse></problem>")


def test_a_script_of_plain_constants_is_resolved_without_running_it() -> None:
    problem = read(
        '<problem><script type="loncapa/python">\n  g = 9.81\n  m = 2.0\n  force = m * g\n  name = "Newton"</script>'
        '<p>What is the force in $name for $m kg?</p><numericalresponse answer="$force"><textline/>'
        "</numericalresponse></problem>"
    )
    assert questions(problem)[0].label_html == "What is the force in Newton for 2.0 kg?"
    assert earned(problem, "19.62") == 1


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("import math\nx = math.pi * 2**3", "25.13274"),
        ("from math import *\nx = 7 // 2", "3"),
        ("y = 2.5\nx = y ** 2 % 4", "2.25"),
        ("import math\nx = math.sqrt(16)", "4"),
        ("e = 2.0\nfrom math import *\nx = e * 2", None),
        ("math = 3\nx = math.pi", None),
        ("import cmath as math\nx = math.pi", None),
        ("from random import *\nx = 2", None),
        ("import random\nx = random.randint(1, 5)", None),
        ("x = 9**9**9**9", None),
        ("x = 1" + "0" * 400 + " + 1", None),
        ("x = 2\nfor x in range(3): pass", None),
        ("x = __import__('os').getpid()", None),
    ],
)
def test_only_arithmetic_that_needs_no_running_is_worked_out(script: str, answer: str | None) -> None:
    xml = f"""<problem><script type="loncapa/python">{script}</script><p>x?</p>
        <numericalresponse answer="$x"><textline/></numericalresponse></problem>"""
    if answer is None:
        with pytest.raises(problems.Unplayable, match="“x”"):
            read(xml)
    else:
        assert earned(read(xml), answer) == 1


def test_a_script_that_nothing_refers_to_does_not_stop_a_problem() -> None:
    problem = read(
        "<problem><script>def hint(a, b): return open('/etc/passwd')</script><p>Two?</p>"
        '<numericalresponse answer="2"><textline/></numericalresponse></problem>'
    )
    assert earned(problem, "2") == 1
    assert "passwd" not in str(view(problem))


def test_a_problem_of_several_questions_adds_up() -> None:
    problem = read(
        '<problem><p>One?</p><numericalresponse answer="1"><textline/></numericalresponse><p>Two?</p>'
        '<numericalresponse answer="2"><textline/></numericalresponse><p>Three?</p>'
        '<numericalresponse answer="3"><textline/></numericalresponse></problem>',
        weight="1",
    )
    graded = problems.grade(problem, {"q1": "1", "q2": "0", "q3": "3"})
    assert graded.earned == Decimal("0.6667")
    assert graded.possible == 1
    assert [part.verdict for part in graded.parts] == ["correct", "incorrect", "correct"]
    assert [part.label_html for part in questions(problem)] == ["One?", "Two?", "Three?"]


HOSTILE = st.one_of(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=5))


@given(st.dictionaries(st.sampled_from(["q1", "q2", "q9", ""]), HOSTILE))
def test_grading_never_raises_and_stays_within_the_points(answers: dict[str, str | list[str]]) -> None:
    for problem in (read(SINGLE), read(CHECKS.format(rule="EDC")), number('answer="10"')):
        graded = problems.grade(problem, answers)
        assert 0 <= graded.earned <= graded.possible
