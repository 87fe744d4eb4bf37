"""Courseware: authored, versioned content of courses, read from Open edX files (OLX) and served for study.

Words: a *version* is one import of a course and never changes afterwards; a *block* is one authored thing
(module, lesson, unit or item) with a key that is unique within its version; an *asset* is a file of a course,
stored once under the digest of its content. Invariants: a version is complete or absent; every authored byte
is kept, also of blocks that cannot be played; an answer never leaves this room before grading.
"""
