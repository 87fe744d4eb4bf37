"""The demo's standing cast: those whom one can sign in as."""

from dataclasses import dataclass

from stoa.people import api as people

PASSWORD = "daylight-colonnade"  # noqa: S105 - documented, for a demo

LEARNER, GRADUATE, REFUNDED = "learner@stoa.example", "graduate@stoa.example", "refunded@stoa.example"
OPERATOR, CONTROLLER, AUDITOR = "operator@stoa.example", "controller@stoa.example", "auditor@stoa.example"


@dataclass(frozen=True, slots=True)
class CastMember:
    """One person of the cast, and the one sentence that says why to be her."""

    email: str
    name: str
    country: str
    locale: str
    time_zone: str
    about: str
    role: str | None = None


CAST = (
    CastMember(
        LEARNER,
        "Maya Okonkwo",
        "GB",
        "en",
        "Europe/London",
        "is halfway through Python, and audits astronomy",
    ),
    CastMember(
        GRADUATE, "Leyla Demir", "DE", "en", "Europe/Berlin", "holds a certificate in reading a balance sheet"
    ),
    CastMember(
        REFUNDED, "Rafael Monteiro", "US", "en", "America/New_York", "had a course refunded yesterday"
    ),
    CastMember(
        OPERATOR,
        "Ingrid Solheim",
        "US",
        "en",
        "UTC",
        "runs the marketplace: imports, orders, access",
        people.OPERATOR,
    ),
    CastMember(
        CONTROLLER,
        "Grace Adeyemi",
        "US",
        "en",
        "UTC",
        "keeps the books and closes the months",
        people.CONTROLLER,
    ),
    CastMember(
        AUDITOR, "Pavel Novotný", "US", "en", "UTC", "reads the books and changes nothing", people.AUDITOR
    ),
)
