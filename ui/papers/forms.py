"""Which builder makes which paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.papers.queries import PaperFacts
from app.papers.vocabulary import PaperKind
from ui.papers import forms_file, forms_flow, forms_mediation, forms_petition
from ui.papers.blocks import PaperContent

BUILDERS: Final[Mapping[PaperKind, Callable[[PaperFacts], PaperContent]]] = {
    PaperKind.INTAKE: forms_mediation.intake,
    PaperKind.APPLICATION: forms_mediation.application,
    PaperKind.RIGHTS: forms_mediation.rights,
    PaperKind.INVESTIGATION: forms_mediation.investigation,
    PaperKind.SESSION: forms_mediation.session,
    PaperKind.AGREEMENT: forms_mediation.agreement,
    PaperKind.ORAL_AGREEMENT: forms_mediation.oral_agreement,
    PaperKind.CONFIRMATION: forms_mediation.confirmation,
    PaperKind.FOLLOW_UP: forms_mediation.follow_up,
    PaperKind.REFUSAL: forms_flow.refusal,
    PaperKind.ACCEPTANCE: forms_petition.acceptance,
    PaperKind.ANSWER: forms_petition.answer,
    PaperKind.REVIEW: forms_petition.review,
    PaperKind.RE_REVIEW: forms_petition.re_review,
    PaperKind.EXTENSION: forms_flow.extension,
    PaperKind.DISPATCH: forms_flow.dispatch,
    PaperKind.RETURN: forms_flow.returned,
    PaperKind.URGING: forms_flow.urging,
    PaperKind.PROGRESS: forms_flow.progress,
    PaperKind.COVER: forms_file.cover,
    PaperKind.CONTENTS: forms_file.contents,
    PaperKind.STATEMENT: forms_file.statement,
}


LETTERS: Final = frozenset(
    {
        *(PaperKind.REFUSAL, PaperKind.ACCEPTANCE, PaperKind.ANSWER, PaperKind.EXTENSION),
        *(PaperKind.REVIEW, PaperKind.RE_REVIEW),
    }
)
"""From an office to people: laid out as GB/T 9704-2012 has it."""


def content_of(kind: PaperKind, facts: PaperFacts) -> PaperContent:
    """One paper of a case."""
    made = BUILDERS[kind](facts)
    return replace(made, is_letter=kind in LETTERS)
