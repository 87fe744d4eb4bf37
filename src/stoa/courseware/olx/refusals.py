"""Why an import is refused as a whole."""

from stoa.kernel.refusals import Invalid


class UnusableArchive(Invalid):
    """The file or folder is not a course that may be imported; nothing was stored."""

    code = "unusable_archive"
