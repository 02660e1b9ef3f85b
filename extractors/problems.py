"""What goes wrong: a Problem is a value that travels with the results, a RuleError stops a bad configuration."""

from dataclasses import dataclass


class ExtractorError(Exception):
    """Root of every exception that this package raises."""


class RuleError(ExtractorError):
    """A data file (rule, metric, unit, entity) is wrong; the message names file and entry."""


class EvidenceError(ExtractorError):
    """A claim's quote does not stand at its span; the message names document and span."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in one document that a person should know of; never stops a run.

    Attributes:
        document: URI of the document.
        code: Stable short name, such as `unreadable-table` or `not-text`.
        message: What happened, in words.
        start: First code point of the place in `Document.text`, or None where there is no text.
        end: One past the last code point, or None.
    """

    document: str
    code: str
    message: str
    start: int | None = None
    end: int | None = None
