"""Finds in which mood something is said (planned, alleged, denied, a limit) and who the document says reports it."""

import re

from extractors.model import Status
from extractors.passages import CLAUSE, Passage, Reading, gap

BEFORE = 70
AFTER = 16
NEAR = 110
LIMITED = re.compile(r"\b(?:above|over|more than|exceed\w*|fewer than|less than|below|under|beyond|at least|up to)\b|[>+<]", re.I)
FORMER = re.compile(r"\b(?:up|down|increased|rose|fell|raised)?\s?from\s+$|\b(?:against|compared with|compared to|versus)\s+$", re.I)
SPEAKER = r"(?P<name>@\w{2,30}|[A-Z][\w&.’'-]*(?: [A-Z][\w&.’'-]*){0,3})"
ACCORDING = re.compile(rf"\b(?:according to|per|as reported by|reported by|as measured by|measured by|estimates? (?:by|from)|data from|figures from|citing)\s+(?:the |data from )?{SPEAKER}", re.M)
SAYS = re.compile(rf"\[?{SPEAKER}\]?(?:\s*\([^()\n]{{0,80}}\))?\s+(?:says?|said|reports?|reported|claims?|claimed|disclosed|estimates?|estimated|noted|notes|found|measured|announced|stated|states|tested)\b(?! to\b)")
REPORTED = re.compile(rf"\(?{SPEAKER}[- ](?:reported|disclosed|claimed|measured)\b")
OWN = re.compile(rf"\bon {SPEAKER}['’]s own (?:testing|tests|figures|numbers|account|evaluation)")


def find_status(reading: Reading, passage: Passage, start: int, end: int, metric: str) -> Status:
    """Returns the mood in which the value at `[start, end)` is said."""
    if _limited(reading, passage, start, end, metric):
        return Status.THRESHOLD
    if FORMER.search(reading.text, max(passage.start, start - 24), start):
        return Status.ASSERTED
    for group, status in (("denied", Status.DENIED), ("alleged", Status.ALLEGED), ("planned", Status.PLANNED)):
        for first, last in passage.cues.get(group, ()):
            if last <= start:
                between = reading.text[last:start]
                if len(between) <= BEFORE and not CLAUSE.search(between):
                    return status
            elif first >= end and first - end <= AFTER and group == "alleged":
                return status
    if metric == "investment" and "budget" in passage.cues and _budgeted(reading, passage, start, end):
        return Status.PLANNED
    return Status.ASSERTED


def _budgeted(reading: Reading, passage: Passage, start: int, end: int) -> bool:
    """Returns whether the clause of an investment speaks of a plan, not of money spent."""
    return any(gap(reading.text, start, end, hit) <= BEFORE for hit in passage.cues["budget"])


LIMITABLE = frozenset({"monthly_active_users", "weekly_active_users", "daily_active_users", "users", "revenue", "customers",
                       "employees", "training_compute"})


def _limited(reading: Reading, passage: Passage, start: int, end: int, metric: str) -> bool:
    """Returns whether a licence or a law sets the figure as a limit."""
    if metric not in LIMITABLE or not LIMITED.search(reading.text, max(passage.start, start - 20), end):
        return False
    labels = [*reading.labels_of(passage.segment), *passage.segment.headings[-1:]]
    if any("license" in reading.label_cues(label) or "law" in reading.label_cues(label) for label in labels):
        return True
    terms = [(m.start, m.end) for m in passage.mentions if m.entity.type == "licence"]
    terms += [hit for group in ("license", "law") for hit in passage.cues.get(group, ())]
    limits = passage.cues.get("limit", ())
    near = [hit for hit in (*terms, *limits) if hit[0] - end < NEAR and start - hit[1] < NEAR]
    return bool(near) and bool(terms)


def find_speaker(reading: Reading, passage: Passage, start: int, end: int) -> str | None:
    """Returns who the document says reports the value, or None.

    The document's own masked text is read, so that the handle of a linked name counts.
    """
    text = reading.text
    for pattern in (ACCORDING, REPORTED, OWN):
        if (match := pattern.search(text, passage.start, passage.end)) is not None:
            return _clean(match["name"])
    match = SAYS.search(text, passage.start, start)
    return _clean(match["name"]) if match else None


def _clean(name: str) -> str:
    return re.sub(r"['’]s$", "", name.strip(" .,"))
