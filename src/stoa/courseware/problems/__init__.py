"""Problems in plain Python: read OLX problem XML, show it without its answers, grade it.

``parse_problem`` is called once, at import; its model travels as JSON (``codec``). ``view_of``, ``grade``,
``solution_of`` work on the model alone.
"""

from stoa.courseware.problems.codec import problem_from_json, problem_to_json
from stoa.courseware.problems.grade import grade
from stoa.courseware.problems.model import Problem
from stoa.courseware.problems.parse import Unplayable, parse_problem
from stoa.courseware.problems.show import solution_of, view_of

__all__ = [
    "Problem",
    "Unplayable",
    "grade",
    "parse_problem",
    "problem_from_json",
    "problem_to_json",
    "solution_of",
    "view_of",
]
