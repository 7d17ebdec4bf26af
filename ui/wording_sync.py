"""Words and sentences about sync, storage and undo: quiet, honest, with what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from app.errors import ErrorCode
from app.outbox_rows import OpState
from app.store import SyncState
from i18n.text import tr
from sync.client.status import LineState, SyncStatus
from ui.wording_attachments import waiting_line


def sync_state_word(state: SyncState) -> tuple[str, str]:
    """A row's small word and its colour kind (``ok``, ``info``, ``danger``, ``warn``)."""
    words = {
        SyncState.PENDING: (tr("待上传"), "info"),
        SyncState.SYNCED: (tr("已上报"), "ok"),
        SyncState.REFUSED: (tr("未采纳"), "danger"),
        SyncState.CONFLICT: (tr("有冲突"), "warn"),
    }
    return words[state]


def op_state_word(state: OpState) -> tuple[str, str]:
    """An operation's small word and its colour kind."""
    words = {
        OpState.WAITING: (tr("待上传"), "info"),
        OpState.APPLIED: (tr("已上报"), "ok"),
        OpState.MERGED: (tr("已合并"), "ok"),
        OpState.CONFLICT: (tr("有冲突"), "warn"),
        OpState.NOT_APPLIED: (tr("未生效"), "warn"),
        OpState.REFUSED: (tr("未采纳"), "danger"),
        OpState.QUARANTINED: (tr("县里待查"), "danger"),
    }
    return words[state]


def entity_word(entity: str) -> str:
    """What kind of record it is."""
    words = {
        "account": tr("账号"),
        "agreement": tr("协议"),
        "agreement_item": tr("协议事项"),
        "agreement_signature": tr("协议签署"),
        "case_mediator": tr("调解员"),
        "legal_aid": tr("法律援助"),
        "outreach_finding": tr("上门发现"),
        "outreach_round": tr("冲锋队上门"),
        "published_case": tr("已发布的典型案例"),
        "setting": tr("全县设定"),
        "setting_change": tr("设定变更"),
        "sponsorship": tr("领导包案"),
        "typical_case": tr("典型案例"),
        "attachment": tr("附件"),
        "attachment_withdrawal": tr("附件撤下"),
        "ballot": tr("表决票"),
        "ballot_withdrawal": tr("收回的票"),
        "case_event": tr("案件事项"),
        "case_file": tr("案件"),
        "case_party": tr("当事人"),
        "conflict": tr("冲突"),
        "conflict_settlement": tr("冲突的处理"),
        "credential": tr("PIN 码"),
        "electorate_entry": tr("应到名册"),
        "handover": tr("移交"),
        "duty_shift": tr("值班"),
        "grid_assignment": tr("网格交接"),
        "hazard": tr("隐患"),
        "hazard_measure": tr("隐患处理"),
        "household": tr("户"),
        "incident": tr("警情"),
        "incident_event": tr("警情事项"),
        "incident_person": tr("警情涉及人"),
        "look": tr("查看记录"),
        "micro_grid": tr("微网格"),
        "micro_service": tr("微服务"),
        "motion": tr("议案"),
        "motion_event": tr("表决事项"),
        "patrol": tr("巡逻"),
        "record_alias": tr("并户"),
        "record_link": tr("关联"),
        "resident": tr("人员"),
        "roster_event": tr("名册变动"),
        "rule_set": tr("规则"),
        "team_member": tr("1+X 队员"),
        "unit": tr("单位"),
        "visit": tr("走访"),
    }
    return words.get(entity, entity)


def line_word(line: LineState) -> tuple[str, str]:
    """The word beside the dot and its colour kind."""
    words = {
        LineState.NOT_ENROLLED: (tr("未开通"), "warn"),
        LineState.UNKNOWN: (tr("准备同步"), "neutral"),
        LineState.ONLINE: (tr("已同步"), "ok"),
        LineState.SYNCING: (tr("正在同步"), "info"),
        LineState.OFFLINE: (tr("离线"), "warn"),
        LineState.BUSY: (tr("县里正忙"), "info"),
        LineState.NOT_THE_COUNTY: (tr("连不到县里"), "warn"),
        LineState.REFUSED: (tr("县里拒收"), "danger"),
        LineState.DESTROYED: (tr("已停用"), "danger"),
    }
    return words[line]


def status_line(status: SyncStatus, now: datetime) -> str:
    """The small line under the word: how many wait, when last."""
    if status.left_to_fold:
        return tr("按新版程序重算，还剩 {count} 件", count=status.left_to_fold)
    if status.refused or status.conflicts:
        waits = tr("{count} 条需要处理", count=status.refused + status.conflicts)
    elif status.waiting:
        waits = tr("{count} 条待上传", count=status.waiting)
    else:
        waits = tr("没有待上传")
    if status.originals_waiting:
        originals = waiting_line(status.originals_waiting, status.original_bytes_waiting)
        has_more = status.waiting or status.refused or status.conflicts
        waits = (
            tr("{waits}，{originals}", waits=waits, originals=originals) if has_more else originals
        )
    if status.last_contact is None:
        return tr("{waits} · 还没有连过", waits=waits)
    return tr("{waits} · {ago}", waits=waits, ago=_ago(status.last_contact, now))


def short_status_line(status: SyncStatus, now: datetime) -> str:
    """The same in the width of the navigation, where a size would be cut off."""
    if status.left_to_fold:
        return tr("正在重算，还剩 {count} 件", count=status.left_to_fold)
    if not status.originals_waiting or status.refused or status.conflicts:
        return status_line(replace(status, originals_waiting=0), now)
    ago = tr("还没有连过") if status.last_contact is None else _ago(status.last_contact, now)
    if not status.waiting:
        return tr("附件 {files} 个待传 · {ago}", files=status.originals_waiting, ago=ago)
    return tr(
        "待传 {count} 条、附件 {files} 个 · {ago}",
        count=status.waiting,
        files=status.originals_waiting,
        ago=ago,
    )


def clock_banner(status: SyncStatus) -> str | None:
    """Over ten minutes off: one sentence, nothing is held back for it."""
    if not status.is_clock_off:
        return None
    long = _how_long(status.clock_offset_ms)
    if status.clock_offset_ms > 0:
        return tr("本机时钟比县里慢 {long}。内容照常上报；有空请校准时间。", long=long)
    return tr("本机时钟比县里快 {long}。内容照常上报；有空请校准时间。", long=long)


def _how_long(milliseconds: int) -> str:
    """A battery that ran out puts a clock back by years, which nobody counts in minutes."""
    minutes = abs(milliseconds) // 60_000
    if minutes >= 48 * 60:
        return tr("{count} 天", count=minutes // (24 * 60))
    if minutes >= 120:
        return tr("{count} 小时", count=minutes // 60)
    return tr("{count} 分钟", count=minutes)


def is_forgotten(status: SyncStatus) -> bool:
    """Whether the county says that it does not know this laptop."""
    return status.line is LineState.REFUSED and status.problem == "install_unknown"


def forgotten_notice() -> str:
    """After the county was put back to an older backup, or moved."""
    return tr(
        "县里不认识这台电脑了，可能县里的资料退回过。本机的内容都在，照常可以录入。"
        "请向县里要一份新的开通文件；重新开通以后，没有上报的内容会接着上报。"
    )


def _ago(moment: datetime, now: datetime) -> str:
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return tr("刚刚")
    if minutes < 60:
        return tr("{minutes} 分钟前", minutes=minutes)
    if minutes < 48 * 60:
        return tr("{hours} 小时前", hours=minutes // 60)
    return tr("{days} 天前", days=minutes // (24 * 60))


def reason_sentence(reason: str | None) -> str:
    """Why the county did not simply apply an operation; the text itself is always kept."""
    sentences: Mapping[str | None, str] = {
        "bad_value": tr("有一项填得不合要求，县里没有采纳。内容留在本机，改好后会再次上报。"),
        "ballot_late": tr("计票以后才到县里，看得见，但不计入。"),
        "event_not_allowed_now": tr("案件在县里已经走到下一步，这一条记下了，但没有生效。"),
        "group_refused": tr("同一次保存里的另一项没有被采纳，所以这一项也留着。改好后会再次上报。"),
        "moved_meanwhile": tr("别的单位已经先移交了，这一次移交记下了，但没有生效。"),
        "not_in_electorate": tr("这一户不在应到名册里，这张票没有采纳。"),
        "number_not_given": tr("这个编号不是县里发给本机的，没有采纳。本机会另给编号，再次上报。"),
        "number_taken": tr("这个编号已经是另一件的了，没有采纳。本机会另给编号，再次上报。"),
        "not_permitted": tr("您的岗位没有这项权限，县里没有采纳。内容留在本机。"),
        "out_of_scope": tr("这条记录不归本单位管，县里没有采纳。内容留在本机。"),
        "parent_missing": tr("它所属的记录县里没有，所以没有采纳。内容留在本机。"),
        "record_gone": tr("这条记录在县里已经删除。内容留在本机。"),
        "reference_is_countys": tr("这类资料由县里统一维护，本机不能改。"),
        "settled_before": tr(
            "这处冲突别人已经先处理了，以先到县里的为准。您这次选的记下了，但没有生效。"
        ),
        "unknown_account": tr("县里不认识写这条的账号。内容留在本机，请联系管理员。"),
        "unknown_entity": tr("县里的程序还不认识这类记录。内容留在本机，县里升级后会再次上报。"),
        "cannot_change_event": tr("已经上报的事项不能改写，县里没有采纳。内容留在本机。"),
    }
    if reason is not None and reason not in sentences:
        return tr(
            "县里的答复是“{reason}”，本机的程序还不认识。内容留在本机，程序升级后再看。",
            reason=reason,
        )
    return sentences.get(reason, tr("县里没有采纳，原因没有说明。内容留在本机。"))


def _enrolment_refused(*, reason: str) -> str:
    why = {
        "already_known": tr("这台电脑已经在县里开通过"),
        "unreachable": tr("连不到县里的服务器"),
        "code_unknown": tr("开通码不对"),
        "code_used": tr("开通码已经用过或过期"),
    }.get(reason, reason)
    return tr("没有开通成：{why}。本机没有改动。请检查网络，或向县里要一份新的开通文件。", why=why)


SYNC_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.BACKUP_FAILED: lambda *, reason: tr(
        "备份没有做成（{reason}）。原来的资料没有动。请看看磁盘是不是满了。", reason=reason
    ),
    ErrorCode.ENROLMENT_FILE_BAD: lambda *, file: tr(
        "{file} 不是县里给的开通文件，本机没有改动。请重新拷一份。", file=file
    ),
    ErrorCode.ENROLMENT_REFUSED: _enrolment_refused,
    ErrorCode.NOTHING_TO_KEEP: lambda: tr(
        "这一组里已经没有未采纳的内容，没有留作备注。内容没有改动。"
    ),
    ErrorCode.NOTHING_TO_SEND_AGAIN: lambda: tr(
        "这一组里已经没有未采纳的内容，没有再次上报。内容没有改动。"
    ),
    ErrorCode.NOTHING_TO_UNDO: lambda: tr("没有可以撤销的步骤，内容没有改动。"),
    ErrorCode.STORE_FROM_NEWER_PROGRAM: lambda *, path: tr(
        "资料文件 {path} 是更新版本的程序写的，没有动它。请先升级本机的程序。", path=path
    ),
    ErrorCode.STORE_NOT_WRITTEN: lambda *, problem: tr(
        "没有存成（{problem}）。以前存下的都在，刚才这一步没有写进去。"
        "请看看磁盘是不是满了、是不是只读，关掉多余的鼓楼窗口，再存一次。",
        problem=problem,
    ),
    ErrorCode.STORE_UNREADABLE: lambda *, path: tr(
        "资料文件 {path} 打不开：密钥不对或文件坏了。文件没有动。可以退回到最近的备份。", path=path
    ),
    ErrorCode.FIRST_HOLIDAYS_STAY: lambda: tr(
        "这一年以前没有放假安排，撤不回到“没有”。内容没有改动；有错就把这一年再定一次，后定的算数。"
    ),
    ErrorCode.UNDO_TOO_LATE: lambda: tr(
        "这一步记下了办理经过或表决票，不能整步撤销，只能接着记：写错的补记一条更正；"
        "警情、附件用“作废”，表决票、议案用“收回”，案件可以撤回或重新办理。内容没有改动。"
    ),
}
