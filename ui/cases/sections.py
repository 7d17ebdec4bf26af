"""The parts of the case page, in the order of their tabs after 经过.

Every area writes its own in ``ui/<area>/case_section.py`` on `ui.cases.section.CaseSection`, and
adds one line here.
"""

from __future__ import annotations

from i18n.text import tr
from ui.cases.section import SectionSpec
from ui.typical.case_section import TypicalSection
from ui.typical.case_section import is_for as is_for_typical

SECTIONS: tuple[SectionSpec, ...] = (
    SectionSpec(
        "typical",
        lambda: tr("典型案例"),
        TypicalSection,
        is_for=is_for_typical,
        reads=frozenset({"typical_case"}),
    ),
)


def entities_read() -> frozenset[str]:
    """The entities whose changes concern some section."""
    return frozenset(name for spec in SECTIONS for name in spec.reads)
