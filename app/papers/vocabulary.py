"""The papers of a case and the lines of its file (卷内目录)."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """One form."""

    INTAKE = "intake"
    """受理登记表."""
    APPLICATION = "application"
    """人民调解申请书."""
    RIGHTS = "rights"
    """当事人权利义务告知书: 人民调解法 (2010), Art. 23 and 24."""
    INVESTIGATION = "investigation"
    """调查记录."""
    SESSION = "session"
    """调解记录."""
    AGREEMENT = "agreement"
    """调解协议书: Art. 29."""
    ORAL_AGREEMENT = "oral_agreement"
    """口头协议登记表: Art. 28."""
    CONFIRMATION = "confirmation"
    """司法确认申请书: 民事诉讼法 (2023), Art. 205."""
    FOLLOW_UP = "follow_up"
    """回访记录."""
    REFUSAL = "refusal"
    """不予受理告知书."""
    ACCEPTANCE = "acceptance"
    """受理告知书: 信访工作条例 (2022), Art. 23."""
    ANSWER = "answer"
    """信访处理意见书: 信访工作条例 (2022), Art. 32."""
    REVIEW = "review"
    """复查意见书: Art. 35."""
    RE_REVIEW = "re_review"
    """复核意见书: Art. 36."""
    EXTENSION = "extension"
    """延期告知书."""
    DISPATCH = "dispatch"
    """交办单."""
    RETURN = "return"
    """退回单."""
    URGING = "urging"
    """催办单."""
    PROGRESS = "progress"
    """办理进度回执, for the party."""
    COVER = "cover"
    """卷宗封面."""
    CONTENTS = "contents"
    """卷内目录."""
    STATEMENT = "statement"
    """卷宗情况说明."""


class FileLine(StrEnum):
    """One line of the file's list, in the order the templates in use have it."""

    APPLICATION = "application"
    INTAKE = "intake"
    """In the place of the application, where nobody applies for mediation: a petition's."""
    RIGHTS = "rights"
    IDENTITY = "identity"
    MANDATE = "mandate"
    INVESTIGATION = "investigation"
    EVIDENCE = "evidence"
    ANSWER = "answer"
    SESSION = "session"
    AGREEMENT = "agreement"
    PERFORMANCE = "performance"
    FOLLOW_UP = "follow_up"
    CONFIRMATION = "confirmation"
    STATEMENT = "statement"
    BACK_COVER = "back_cover"


class Need(StrEnum):
    """Whether a file is complete without it."""

    REQUIRED = "required"
    AS_NEEDED = "as_needed"


class LineState(StrEnum):
    """How far a line of the file has got."""

    MISSING = "missing"
    NOTED = "noted"
    """It happened and is recorded; no signed paper is in the file."""
    IN_FILE = "in_file"
    """A scan or photograph hangs on its event."""
    BY_HAND = "by_hand"
    """Only a person can say: no event stands for it."""
