"""The door of credentials."""

from stoa.credentials.commands import issue, revoke_for_course
from stoa.credentials.data import AssessedPart, Assessment, CredentialRow, Status
from stoa.credentials.paper import certificate_pdf
from stoa.credentials.queries import UnknownCode, credentials_of, find_for_course, get_by_code
from stoa.credentials.rules import code_from

__all__ = [
    "AssessedPart",
    "Assessment",
    "CredentialRow",
    "Status",
    "UnknownCode",
    "certificate_pdf",
    "code_from",
    "credentials_of",
    "find_for_course",
    "get_by_code",
    "issue",
    "revoke_for_course",
]
