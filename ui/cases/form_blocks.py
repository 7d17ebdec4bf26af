"""What the case form asks beyond its own fields, for some kinds of case: blocks of other areas.

An area writes a block in ``ui/<area>/form_fields.py`` on `ui.cases.form_block.FormBlock` and adds
one line here.
"""

from __future__ import annotations

from app.cases.vocabulary import CaseKind
from ui.cases.form_block import BlockSpec
from ui.petitions.form_fields import PetitionBlock

BLOCKS: tuple[BlockSpec, ...] = (BlockSpec(frozenset({CaseKind.PETITION}), PetitionBlock),)
