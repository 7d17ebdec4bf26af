"""The case desk's part of the tour: three whole lives.

A petition from 受理 to the person's evaluation with all its clocks; a dispute from a village
through its township to a department and back, with an agreement the court confirms; and one that
comes from the court, fails and goes to law. Each step is taken on the laptop of whoever takes it,
and looked up in the databases it concerns.
"""

from __future__ import annotations

from typing import Final

from app.cases.vocabulary import (
    CaseEventKind,
    CaseState,
    SpokenLanguage,
)
from app.clocks.queries import limits_of_case
from app.clocks.vocabulary import ClockState
from app.court.queries import court_view
from app.court.vocabulary import RulingOutcome
from app.demo import desk_texts, ledger
from app.demo.desk_hands import DeskHands
from app.demo.stage import settle, until
from app.flow.actions import escalate, take_on
from app.flow.vocabulary import TurnPart
from app.mediation.actions import note_performance, sign_agreement, write_agreement
from app.mediation.mediators import MediatorFields, add_mediator
from app.mediation.queries import agreements_of
from app.mediation.vocabulary import (
    ChosenBy,
    MediationWay,
    Performance,
    SessionOutcome,
    SessionPlace,
    SignatureManner,
    SignerKind,
)
from app.papers.vocabulary import PaperKind
from app.petitions.sponsor_actions import name_sponsor
from app.petitions.vocabulary import (
    AnswerOutcome,
    Satisfaction,
)
from ui.board.page import BoardPage
from ui.petitions.leaders_page import LeadersPage
from ui.widgets.paper_preview import PaperPreview

_K = CaseEventKind
RECORDED: Final = (
    *("case_file", "case_party", "case_event", "handover", "case_mediator", "agreement"),
    *("agreement_item", "agreement_signature", "sponsorship"),
)


class DeskSteps(DeskHands):
    """Goes on after the grid desk, on the line; each person on the laptop of their own unit."""

    _petition = _mediated = ""

    def run(self) -> None:
        """All steps."""
        self.take_a_petition_in()
        self.look_at_the_board()
        self.answer_the_petition()
        self.dispute()
        self.lawsuit()
        self.print_the_agreement()
        self.find_it_everywhere()
        for window in self._windows.values():
            window.close()

    # --- a petition, with all its clocks ---------------------------------------------------------

    def take_a_petition_in(self) -> None:
        with self._stage.step("信访：受理、见面、包案、交办，期限都在"):
            case_id = self._petition = self._record(
                "township", desk_texts.petition(self._actor("township"), self.today)
            )
            self._event("township", case_id, _K.ACCEPTED, accepted_on=self._ago(6), is_told=True)
            self._event(
                "township",
                case_id,
                _K.MET,
                met_on=self._ago(4),
                met_by="杨春燕",
                place="乡信访窗口",
            )
            self._act(
                "township", name_sponsor, case_id=case_id, given=desk_texts.sponsor(self.today)
            )
            self._picture_of("township", case_id, "petition", "petition")
            self._picture_of("township", case_id, "petition-clocks", "clocks")
            self._send("township", case_id, "forestry", note="请核对采伐许可和赔偿标准")
            self._act("forestry", take_on, case_id=case_id)
            self._picture_of("forestry", case_id, "petition-dispatched", "flow")

    def answer_the_petition(self) -> None:
        with self._stage.step("信访：调查、答复、评价、办结"):
            case_id = self._petition
            self._event("forestry", case_id, _K.INVESTIGATED, done_on=self.today, by="林业站两人")
            self._event("forestry", case_id, _K.REPORTED_BACK, result="许可齐全，少赔 640 元")
            self._event(
                "forestry",
                case_id,
                _K.ANSWERED,
                note="请求事实清楚，予以支持，补足差额。",
                outcome=AnswerOutcome.SUPPORTED,
                number="通林信〔2026〕7号",
                request="补足少算的补偿款",
                facts="占用杉木 61 株，按标准应补 3050 元，已付 2410 元。",
                basis="《信访工作条例》2022 年，第三十二条",
                delivered_on=self.today,
            )
            refused = self._refused("township", case_id, _K.CLOSED)
            self._stage.check("closed before evaluation", "rules", refused, True)
            self._event("township", case_id, _K.EVALUATION_SOUGHT, sought_on=self.today)
            self._event(
                "township",
                case_id,
                _K.EVALUATED,
                satisfaction=Satisfaction.SATISFIED,
                given_on=self.today,
            )
            self._event("township", case_id, _K.FEEDBACK_GIVEN, given_on=self.today, manner="当面")
            self._event("township", case_id, _K.CLOSED)
            self._picture_of("township", case_id, "petition-closed", "petition")
            self._check_state("township", case_id, CaseState.CLOSED)
            limits = {
                one.key: one.state
                for one in limits_of_case(
                    self._store("township"), self._actor("township"), case_id, self.today
                )
            }
            self._stage.check("limits", "township file", len(limits) >= 4, True)
            late = {state for state in limits.values() if state is ClockState.OVERDUE}
            self._stage.check("limits still overdue", "township file", late, set())
            self._stage.check("state", "PostgreSQL", self._at_county(case_id), "closed")
            self._nowhere("village", case_id)

    # --- a dispute up, over, back and confirmed --------------------------------------------------

    def dispute(self) -> None:
        with self._stage.step("纠纷：村到乡镇到部门再回来，协议经法院确认"):
            case_id = self._mediated = self._record(
                "village", desk_texts.boundary_dispute(self._actor("village"), self.today)
            )
            self._event("village", case_id, _K.ACCEPTED)
            self._act(
                "village",
                escalate,
                case_id=case_id,
                reason="两家各持一证，村里查不清界址，请乡里牵头。",
            )
            self._picture_of("village", case_id, "dispute-requested", "flow")
            self._round("village", "township")
            self._act("township", take_on, case_id=case_id)
            self._send("township", case_id, "forestry", part=TurnPart.HELPER, note="请实地勘界")
            self._act("forestry", take_on, case_id=case_id)
            self._event("forestry", case_id, _K.REPORTED_BACK, result="按 1981 年证，界在老坟沟")
            self._picture_of("township", case_id, "dispute-helped", "flow")
            self._mediate(case_id)
            agreement_id = self._agree(case_id)
            self._check_state("township", case_id, CaseState.SETTLED)
            self._picture_of("township", case_id, "agreement", "agreement")
            self._confirm(case_id, agreement_id)
            self._perform(case_id)
            self._event("township", case_id, _K.REPORTED_BACK, result="已达成协议并经法院确认")
            self._event("township", case_id, _K.FEEDBACK_GIVEN, given_on=self.today, manner="当面")
            self._event("township", case_id, _K.CLOSED)
            self._event(
                "township",
                case_id,
                _K.FOLLOWED_UP,
                visited_on=self.today,
                performance=Performance.DONE,
                satisfaction=Satisfaction.SATISFIED,
            )
            self._check_state("township", case_id, CaseState.CLOSED)
            self._stage.check("state", "PostgreSQL", self._at_county(case_id), "closed")
            self._sync_village()
            self._check_state("village", case_id, CaseState.CLOSED)
            self._picture_of("village", case_id, "dispute-closed", "flow")

    def _mediate(self, case_id: str) -> None:
        given = MediatorFields(
            name="杨春燕",
            chosen_by=ChosenBy.CHOSEN,
            chosen_note="双方在鼓楼当面选定",
            way=MediationWay.PEOPLES,
            starts_on=self.today,
        )
        self._act("township", add_mediator, case_id=case_id, given=given)
        self._event(
            "township",
            case_id,
            _K.MEDIATION_HELD,
            note="林业站讲明勘界结果，两家认界，梁家砍的七根杉木按价补给龙家。",
            risk=desk_texts.CALM,
            held_on=self.today,
            place=SessionPlace.DRUM_TOWER,
            language=SpokenLanguage.DONG,
            mediators="杨春燕",
            attendees="龙正富、梁世清、寨老吴某、林业站粟青山",
            outcome=SessionOutcome.AGREED,
        )
        self._event(
            "township",
            case_id,
            _K.LAW_EXPLAINED,
            law="中华人民共和国民法典",
            language=SpokenLanguage.DONG,
        )
        self._picture_of("township", case_id, "mediation", "mediation")

    def _agree(self, case_id: str) -> str:
        first, second = self._case("township", case_id).parties
        fields = desk_texts.agreement(second.party_id, self.today)
        done = self._act("township", write_agreement, case_id=case_id, given=fields)
        agreement_id = str(done.agreement_id)
        signers: tuple[tuple[SignerKind, str | None, str, SignatureManner], ...] = (
            (SignerKind.PARTY, first.party_id, first.name, SignatureManner.FINGERPRINT),
            (SignerKind.PARTY, second.party_id, second.name, SignatureManner.SIGNED),
            (SignerKind.MEDIATOR, None, "杨春燕", SignatureManner.SIGNED),
            (SignerKind.SEAL, None, "坪坦乡人民调解委员会", SignatureManner.SEALED),
        )
        for signer, party_id, name, manner in signers:
            self._act(
                "township",
                sign_agreement,
                agreement_id=agreement_id,
                signer=signer,
                party_id=party_id,
                name=name,
                manner=manner,
                signed_on=self.today,
            )
        found = agreements_of(self._store("township"), self._actor("township"), case_id)[
            0
        ].effective_on
        self._stage.check("effective on", "township file", found, self.today)
        return agreement_id

    def _confirm(self, case_id: str, agreement_id: str) -> None:
        """Both apply; the court, asked to help, files it and rules."""
        self._send("township", case_id, "court", part=TurnPart.HELPER, note="申请司法确认")
        self._act("court", take_on, case_id=case_id)
        self._event(
            "township",
            case_id,
            _K.CONFIRMATION_APPLIED,
            agreement_id=agreement_id,
            court=desk_texts.COURT,
            applied_on=self.today,
            is_joint=True,
        )
        self._round("township", "court")
        self._picture_of("court", case_id, "confirmation", "court")
        self._event(
            "court",
            case_id,
            _K.CONFIRMATION_ACCEPTED,
            filed_on=self.today,
            number="（2026）湘1230民特7号",
        )
        self._event(
            "court",
            case_id,
            _K.CONFIRMATION_RULED,
            outcome=RulingOutcome.VALID,
            number="（2026）湘1230民特7号",
            ruled_on=self.today,
        )
        self._event("court", case_id, _K.REPORTED_BACK, result="裁定有效，已送达双方")
        view = court_view(self._store("court"), self._actor("court"), case_id, self.today)
        self._stage.check("ruled", "court file", view is not None, True)

    def _perform(self, case_id: str) -> None:
        (agreement,) = agreements_of(self._store("township"), self._actor("township"), case_id)
        for item in agreement.items:
            self._act(
                "township",
                note_performance,
                item_id=item.item_id,
                performance=Performance.DONE,
                performed_on=self.today,
                proof="收条一张",
            )
        self._picture_of("township", case_id, "performed", "agreement")

    # --- from the court, failed, and to law ------------------------------------------------------

    def lawsuit(self) -> None:
        with self._stage.step("诉前委派没有说成，告知途径，退回法院"):
            case_id = self._record("township", desk_texts.loan(self._actor("township"), self.today))
            parties = [party.party_id for party in self._case("township", case_id).parties]
            refused = self._refused(
                "township", case_id, _K.COURT_SENT, **desk_texts.court_sending(self.today)
            )
            self._stage.check("sent without consent", "rules", refused, True)
            self._event("township", case_id, _K.CONSENTED, parties=parties, manner="书面")
            self._event("township", case_id, _K.COURT_SENT, **desk_texts.court_sending(self.today))
            self._event(
                "township",
                case_id,
                _K.MEDIATION_HELD,
                note="双方对利息算法分歧大，约了两次没有说拢。",
                risk=desk_texts.CALM,
                held_on=self.today,
                place=SessionPlace.OFFICE,
                language=SpokenLanguage.MANDARIN,
                mediators="杨春燕",
                outcome=SessionOutcome.FAILED,
            )
            ways = "可以依法仲裁、申请行政处理或者向人民法院起诉"
            self._event("township", case_id, _K.TOLD_OTHER_WAYS, ways=ways)
            self._event("township", case_id, _K.NOT_SETTLED, note=ways, risk=desk_texts.CALM)
            self._event(
                "township",
                case_id,
                _K.SENT_BACK_TO_COURT,
                sent_on=self.today,
                reason="双方不同意继续调解",
            )
            self._event(
                "township",
                case_id,
                _K.SUIT_FILED,
                court=desk_texts.COURT,
                number="（2026）湘1230民初88号",
                filed_on=self.today,
            )
            self._event("township", case_id, _K.FEEDBACK_GIVEN, given_on=self.today, manner="电话")
            self._event("township", case_id, _K.CLOSED)
            self._picture_of("township", case_id, "lawsuit", "court")
            self._check_state("township", case_id, CaseState.CLOSED)
            self._stage.check("state", "PostgreSQL", self._at_county(case_id), "closed")

    # --- on paper, and on the board --------------------------------------------------------------

    def print_the_agreement(self) -> None:
        with self._stage.step("打印带二维码的调解协议书"):
            shown = self._window("township")
            page = self._case_page("township", self._mediated)
            button = page.card.papers
            button.printer.print_paper(PaperKind.AGREEMENT, button)
            until("the paper", lambda: button.printer.desk is not None)
            desk = button.printer.desk
            if desk is None:
                raise RuntimeError("there is a paper")
            desk.menu.close()
            desk.preview_action.trigger()
            (preview,) = button.findChildren(PaperPreview)
            settle(200)
            self._stage.picture(preview, "desk-agreement-on-paper")
            preview.close()
            written = self._stage.folder / "agreement.pdf"
            desk.save_to(written)
            until("the paper in the file", written.exists)
            self._stage.check("begins as", "PDF", written.read_bytes()[:4], b"%PDF")
            until("all read", lambda: not shown.runner.is_busy)

    def look_at_the_board(self) -> None:
        with self._stage.step("待办、月历、领导包案"):
            shown = self._window("township")
            page = shown.window.open_page("board")
            if not isinstance(page, BoardPage):
                raise TypeError("the board")
            self._rest(shown)
            self._both("township", "board")
            page.tabs.setCurrentIndex(1)
            self._rest(shown)
            self._both("township", "month")
            self._stage.check("days shown", "window", page.month.month is not None, True)
            leaders = shown.window.open_page("leaders")
            if not isinstance(leaders, LeadersPage):
                raise TypeError("the leaders")
            self._rest(shown)
            self._both("township", "leaders")
            board = leaders.board
            found = 0 if board is None else len(board.rows)
            self._stage.check("sponsored cases", "window", found, 1)

    # --- everywhere alike ------------------------------------------------------------------------

    def find_it_everywhere(self) -> None:
        with self._stage.step("三件事处处核对"):
            self._sync_village()
            self._round("forestry", "court", "township", "county", "other_village")
            there = self._store("county")
            for entity in RECORDED:
                here = ledger.county_rows(self._scene, entity)
                differing = ledger.unlike(here, ledger.rows(there, entity))
                self._stage.check(f"{entity} unlike the county's", "county file", differing, 0)
            for entity in ("case_file", "case_event"):
                found = ledger.count(self._store("other_village"), entity)
                self._stage.check(entity, "other_village file", found, 0)
