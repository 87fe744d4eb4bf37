"""What one may want to become, in our own words, and the subjects that lead there."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Goal:
    """A sentence to finish "I want to …", with the subjects whose courses help."""

    words: str | Promise
    subjects: tuple[str, ...]

    @property
    def address(self) -> str:
        return "/search?" + "&".join(f"topic={subject}" for subject in self.subjects)


GOALS: Final = (
    Goal(_("work with data"), ("data", "mathematics")),
    Goal(_("write software"), ("computing",)),
    Goal(_("build machines"), ("engineering", "physics-and-chemistry")),
    Goal(_("run a company"), ("business", "economics")),
    Goal(_("care for people"), ("health", "society")),
    Goal(_("understand living things"), ("life-sciences", "earth")),
    Goal(_("teach well"), ("teaching",)),
    Goal(_("write and speak clearly"), ("writing", "languages")),
    Goal(_("make things of beauty"), ("arts-and-design", "music")),
    Goal(_("know where we come from"), ("history", "philosophy", "law")),
)
