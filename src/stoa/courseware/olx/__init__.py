"""Reads Open edX courses (OLX) of 2012 to today into plain rows; the one foreign format of this room so far."""

from stoa.courseware.olx.model import ParsedBlock, ParsedCourse
from stoa.courseware.olx.read import read_course
from stoa.courseware.olx.refusals import UnusableArchive

__all__ = ["ParsedBlock", "ParsedCourse", "UnusableArchive", "read_course"]
