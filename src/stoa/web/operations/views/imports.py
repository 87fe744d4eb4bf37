"""What came in: every import with its counts, notes and the blocks that are kept unplayed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from stoa.catalog import api as catalog
from stoa.courseware import api as courseware
from stoa.people import api as people
from stoa.web.actors import with_role

_SHOWN_NOTES = 200


@with_role(people.OPERATOR)
def imports(request: HttpRequest) -> HttpResponse:
    """List the newest 200 imports of all courses."""
    rows = courseware.versions(limit=200)
    courses = catalog.courses_by_id({row.course_id for row in rows})
    entries = [{"version": row, "course": courses[row.course_id]} for row in rows]
    return render(request, "operations/imports.html", {"entries": entries})


@with_role(people.OPERATOR)
def import_report(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show one import: counts, unsupported blocks by reason, warnings with file and line."""
    version = courseware.get_version(version_id)
    counts = version.counts
    facts = [
        (_("Modules"), counts.modules),
        (_("Lessons"), counts.lessons),
        (_("Units"), counts.units),
        (_("Items"), counts.items),
        (_("Problems"), counts.problems),
        (_("Responses"), counts.responses),
        (_("Videos"), counts.videos),
        (_("Texts"), counts.html),
        (_("Discussions"), counts.discussions),
        (_("Files"), counts.assets),
        (_("Drafts"), version.drafts),
    ]
    return render(
        request,
        "operations/import_report.html",
        {
            "version": version,
            "course": catalog.get_course_by_id(version.course_id),
            "facts": facts,
            "unsupported": courseware.unsupported_blocks(version_id),
            "notes": (*version.errors, *version.warnings)[:_SHOWN_NOTES],
            "more_notes": max(0, len(version.errors) + len(version.warnings) - _SHOWN_NOTES),
        },
    )
