"""Notices stay until they are read, one after another."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.theme import Tone
from ui.widgets.notice_bar import NoticeAction, NoticeBar


@pytest.fixture
def bar(qtbot) -> NoticeBar:
    host = QWidget()
    qtbot.addWidget(host)
    bar = NoticeBar()
    QVBoxLayout(host).addWidget(bar)
    host.show()
    bar.host = host
    return bar


def press(bar: NoticeBar, words: str) -> None:
    found = [b for b in bar.findChildren(QPushButton) if b.text() == words and b.isVisible()]
    assert len(found) == 1, words
    found[0].click()


def test_a_notice_stays_until_it_is_read(bar: NoticeBar) -> None:
    assert not bar.isVisible()
    bar.show_notice("上次登记没有写完。")
    assert bar.isVisible()
    press(bar, "知道了")
    assert not bar.isVisible()


def test_an_action_is_done_once_and_puts_the_notice_away(bar: NoticeBar) -> None:
    done: list[str] = []
    action = NoticeAction("撤销", lambda: done.append("撤销"))
    bar.show_notice("已导入 412 人。", tone=Tone.OK, actions=(action,))
    press(bar, "撤销")
    assert done == ["撤销"]
    assert not bar.isVisible()


def test_the_next_waits_until_the_first_is_read(bar: NoticeBar) -> None:
    bar.show_notice("一")
    bar.show_notice("二", tone=Tone.WARN)
    assert bar.accessibleName() == "一"
    press(bar, "知道了")
    assert bar.accessibleName() == "二"
    assert bar.property("tone") == "warn"


def test_an_offer_goes_before_plain_news_and_an_error_before_both(bar: NoticeBar) -> None:
    undo = NoticeAction("撤销", lambda: None)
    bar.show_notice("密钥在文件里。")
    bar.show_notice("名册已导入。", actions=(undo,))
    assert bar.accessibleName() == "名册已导入。"
    bar.show_notice("磁盘满了。", tone=Tone.DANGER)
    bar.show_notice("案件已更正。", actions=(undo,))
    read = []
    while bar.isVisible():
        read.append(bar.accessibleName())
        press(bar, "知道了")
    assert read == ["磁盘满了。", "案件已更正。", "名册已导入。", "密钥在文件里。"]


def test_the_same_sentence_again_offers_the_newer_undo(bar: NoticeBar) -> None:
    undone: list[int] = []
    bar.show_notice("案件已更正。", actions=(NoticeAction("撤销", lambda: undone.append(1)),))
    bar.show_notice("案件已更正。", actions=(NoticeAction("撤销", lambda: undone.append(2)),))
    press(bar, "撤销")
    assert undone == [2]
    assert not bar.isVisible()


def test_the_same_sentence_is_not_queued_twice(bar: NoticeBar) -> None:
    for _each in range(3):
        bar.show_notice("同步被拒绝。")
    press(bar, "知道了")
    assert not bar.isVisible()


def test_an_action_may_show_the_next_notice(bar: NoticeBar) -> None:
    again = NoticeAction("继续", lambda: bar.show_notice("草稿已打开。"))
    bar.show_notice("有一份草稿。", actions=(again,))
    press(bar, "继续")
    assert bar.accessibleName() == "草稿已打开。"
    assert bar.isVisible()


def test_leaving_the_pages_forgets_offers_and_keeps_unread_news(bar: NoticeBar) -> None:
    undo = NoticeAction("撤销", lambda: None)
    bar.show_notice("已导入 412 人。", actions=(undo,))
    back = NoticeAction("退回到备份", lambda: None)
    bar.show_notice("资料文件有损坏。", tone=Tone.DANGER, actions=(back,))
    bar.show_notice("已删除 1 户。", actions=(undo,))
    bar.forget_offers()
    assert bar.accessibleName() == "资料文件有损坏。"
    press(bar, "知道了")
    assert not bar.isVisible()


def test_an_offer_that_is_no_longer_true_is_put_away(bar: NoticeBar) -> None:
    bar.show_notice("密钥在文件里。")
    bar.show_notice("已导入 412 人。", actions=(NoticeAction("撤销", lambda: None),))
    bar.forget("已导入 412 人。")
    assert bar.accessibleName() == "密钥在文件里。"
    bar.forget("密钥在文件里。")
    assert not bar.isVisible()


def test_more_than_two_buttons_are_a_slip_of_ours(bar: NoticeBar) -> None:
    action = NoticeAction("撤销", lambda: None)
    with pytest.raises(ValueError, match="two buttons"):
        bar.show_notice("一", actions=(action,) * 3)


def test_a_notice_never_takes_the_focus(bar: NoticeBar, qtbot) -> None:
    from PySide6.QtWidgets import QApplication, QLineEdit

    edit = QLineEdit(bar.host)
    edit.show()
    edit.setFocus()
    bar.show_notice("同步被拒绝。", tone=Tone.DANGER)
    assert QApplication.focusWidget() is edit
