"""Gives spaCy's English tokenizer without what spaCy imports only for its own command line.

`import spacy` takes two seconds of CPU time, a third of it for `spacy.cli`: project templates, downloads, HTTP. All
that is taken from there is one function, `spacy.info`. A placeholder stands for that module while spaCy is imported and
is gone afterwards, so `import spacy.cli` works as ever.
"""

import sys
from functools import lru_cache
from types import ModuleType
from typing import Any

_UNUSED = ("spacy.cli", "spacy.cli.info")


@lru_cache(maxsize=1)
def load_tokenizer() -> Any:
    """Returns the tokenizer of a blank English pipeline.

    >>> [token.text for token in load_tokenizer()("It has ~203M users.")]
    ['It', 'has', '~203', 'M', 'users', '.']
    """
    absent = [name for name in _UNUSED if "spacy" not in sys.modules and name not in sys.modules]
    for name in absent:
        sys.modules[name] = ModuleType(name)
    try:
        if absent:
            sys.modules[_UNUSED[-1]].info = None  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        import spacy
    finally:
        for name in absent:
            del sys.modules[name]
    return spacy.blank("en").tokenizer
