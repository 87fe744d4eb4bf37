"""The policies that run on facts of a contract or a topic, and how the registry lists them.

They stand beside those that run over all documents as SQL; a worked policy takes the place of a description of
the same name. Their steps in the list are those of their worked example, with every other paragraph they know.
"""

from functools import cache

from stoa.policies import beyond_revenue, revenue
from stoa.policies.data import Paragraph
from stoa.policies.data import Policy as Listed
from stoa.policies.frame import Policy

POLICIES: tuple[Policy, ...] = (*revenue.POLICIES, *beyond_revenue.POLICIES)


def find(name: str) -> Policy | None:
    """Return the worked policy of that name, if there is one."""
    return next((policy for policy in POLICIES if policy.name == name), None)


def listed_with(described: tuple[Listed, ...]) -> tuple[Listed, ...]:
    """Return the described policies, and after them the worked ones, each name once."""
    return (*(each for each in described if find(each.name) is None), *_listed())


@cache
def _listed() -> tuple[Listed, ...]:
    return tuple(_as_listed(policy) for policy in POLICIES)


def _as_listed(policy: Policy) -> Listed:
    steps = policy.run(policy.example).steps
    shown = {step.paragraph for step in steps}
    others = [paragraph for paragraph in policy.paragraphs if paragraph not in shown]
    return Listed(
        name=policy.name,
        title=policy.title,
        standard=policy.standard,
        version=policy.version,
        effective_on=policy.effective_on,
        requirements=policy.requirements,
        inputs=tuple(policy.inputs),
        outputs=tuple(policy.outputs),
        note=policy.note,
        steps=(
            *(Paragraph(step.paragraph, f"In the worked example: {step.text}") for step in steps),
            *(Paragraph(paragraph, "Applied where the facts call for it.") for paragraph in others),
        ),
    )
