"""Which papers fit a case, and what its file lacks."""

from __future__ import annotations

import pytest

from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from app.handovers.vocabulary import HandoverPurpose
from app.mediation.vocabulary import AgreementForm
from app.papers.rules import (
    FILE,
    Situation,
    file_of,
    line_state,
    missing_lines,
    papers_that_fit,
)
from app.papers.vocabulary import FileLine, LineState, Need, PaperKind

E, P = CaseEventKind, PaperKind
NEW = Situation(CaseKind.DISPUTE, CaseState.RECORDED, frozenset({E.RECORDED}))


def fits(situation: Situation) -> set[PaperKind]:
    return set(papers_that_fit(situation))


def test_a_new_dispute_has_the_papers_of_its_beginning() -> None:
    assert fits(NEW) == {
        P.INTAKE,
        P.APPLICATION,
        P.RIGHTS,
        P.INVESTIGATION,
        P.SESSION,
        P.PROGRESS,
        P.COVER,
        P.CONTENTS,
    }


def test_a_petition_is_answered_and_not_applied_for() -> None:
    petition = Situation(CaseKind.PETITION, CaseState.ACCEPTED, frozenset({E.RECORDED}))
    assert P.ANSWER in fits(petition)
    assert P.APPLICATION not in fits(petition)


@pytest.mark.parametrize(
    ("happened", "paper"),
    [(E.REFUSED, P.REFUSAL), (E.EXTENDED, P.EXTENSION), (E.URGED, P.URGING)],
)
def test_a_paper_of_a_step_is_there_once_it_was_made(happened: E, paper: P) -> None:
    assert paper not in fits(NEW)
    after = Situation(NEW.kind, NEW.state, NEW.events | {happened})
    assert paper in fits(after)


def test_agreements_bring_their_papers() -> None:
    written = Situation(NEW.kind, CaseState.SETTLED, NEW.events, frozenset({AgreementForm.WRITTEN}))
    assert {P.AGREEMENT, P.CONFIRMATION, P.FOLLOW_UP} <= fits(written)
    assert P.ORAL_AGREEMENT not in fits(written)
    oral = Situation(NEW.kind, CaseState.SETTLED, NEW.events, frozenset({AgreementForm.ORAL}))
    assert P.ORAL_AGREEMENT in fits(oral)
    assert P.CONFIRMATION not in fits(oral)


def test_what_was_sent_and_what_came_back_have_papers_of_their_own() -> None:
    sent = Situation(
        NEW.kind, NEW.state, NEW.events, purposes=frozenset({HandoverPurpose.DISPATCHED})
    )
    assert P.DISPATCH in fits(sent)
    assert P.RETURN not in fits(sent)
    back = Situation(
        NEW.kind, NEW.state, NEW.events, purposes=frozenset({HandoverPurpose.RETURNED})
    )
    assert P.RETURN in fits(back)


def test_a_line_is_in_the_file_once_a_scan_hangs_on_its_event() -> None:
    session = next(spec for spec in FILE if spec.line is FileLine.SESSION)
    assert line_state(session, (), ()) is LineState.MISSING
    assert line_state(session, {E.MEDIATION_HELD}, ()) is LineState.NOTED
    assert line_state(session, {E.MEDIATION_HELD}, {E.MEDIATION_HELD}) is LineState.IN_FILE
    identity = next(spec for spec in FILE if spec.line is FileLine.IDENTITY)
    assert line_state(identity, set(E), set(E)) is LineState.BY_HAND


def test_only_what_is_required_is_missed() -> None:
    states = [(spec, line_state(spec, (), ())) for spec in FILE]
    required = {spec.line for spec in FILE if spec.need is Need.REQUIRED and spec.events}
    assert set(missing_lines(states)) == required
    assert FileLine.FOLLOW_UP not in missing_lines(states)


def test_a_file_has_the_lines_of_its_kind() -> None:
    def lines(kind: CaseKind, *happened: CaseEventKind) -> set[FileLine]:
        return {spec.line for spec in file_of(kind, happened)}

    dispute = lines(CaseKind.DISPUTE)
    assert dispute == set(FileLine) - {FileLine.ANSWER, FileLine.INTAKE}
    petition = lines(CaseKind.PETITION)
    assert {FileLine.ANSWER, FileLine.INTAKE} <= petition
    assert FileLine.APPLICATION not in petition
    assert FileLine.AGREEMENT not in petition
    assert FileLine.AGREEMENT in lines(CaseKind.PETITION, CaseEventKind.MEDIATION_HELD)
