"""Identifiers are ordered, unguessable and readable."""

import re

from stoa.kernel.identifiers import new_code, new_id, slug_of


def test_ids_are_uuid_version_7_and_ordered_by_time() -> None:
    made = [new_id() for _ in range(50)]
    assert all(each.version == 7 and each.variant == "specified in RFC 4122" for each in made)
    assert len(set(made)) == 50
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)


def test_codes_avoid_letters_that_are_mistaken_for_digits() -> None:
    code = new_code()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert code != new_code()


def test_slugs_are_plain() -> None:
    assert slug_of("Économie & Société: l'été") == "economie-societe-l-ete"
    assert slug_of("  --  ") == ""
    assert slug_of("日本語") == ""
    assert len(slug_of("a " * 200)) <= 80
