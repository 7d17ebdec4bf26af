"""Recording and listening with a real sound library: ALSA's own file device stands for the card.

The microphone reads a tone of 440 Hz out of a file, the loudspeaker writes into one. The device
runs as fast as it is read, so that two seconds of speech take a moment.
"""

from __future__ import annotations

import cmath
import math
import os
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlmodel import select

from app.attachments.actions import NewFile, attach_files
from app.attachments.sound import MAX_SECONDS, RATE, SoundReader, SpeechBuffer
from app.attachments.vocabulary import MediaType, Subject
from app.errors import ErrorCode, UserFacingError
from app.undo import undo
from db.tables.cases import CaseEvent
from tests.gui.cases.conftest import Desk
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from ui.attachments.strip import AttachmentStrip
from ui.sound.recorder import loudness

ALSA_CONF = Path("/usr/share/alsa/alsa.conf")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="ALSA stands for the sound card on Linux only"
)


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    turns = (2 * math.pi * hertz * place / RATE for place in range(int(seconds * RATE)))
    return b"".join(struct.pack("<h", int(9000 * math.sin(turn))) for turn in turns)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A sound card whose microphone hears a tone."""
    import sounddevice

    folder = tmp_path_factory.mktemp("card")
    (folder / "tone.raw").write_bytes(tone(4))
    conf = folder / "asound.conf"
    conf.write_text(
        f"<{ALSA_CONF}>\n"
        f'pcm.card {{ type file slave.pcm "null" format "raw" file "{folder}/out.raw" '
        f'infile "{folder}/tone.raw" hint {{ show on description "card" }} }}\n'
        'pcm.!default { type plug slave.pcm "card" }\n'
    )
    yield from _with(sounddevice, conf)


@pytest.fixture
def no_card() -> Iterator[Path]:
    """A laptop without any sound device, where this machine is one."""
    import sounddevice

    for folder in _with(sounddevice, ALSA_CONF):
        if len(sounddevice.query_devices()):
            pytest.skip("this machine has a sound card, which nobody may take away")
        yield folder


def _with(sounddevice: object, conf: Path) -> Iterator[Path]:
    before = os.environ.get("ALSA_CONFIG_PATH")
    os.environ["ALSA_CONFIG_PATH"] = str(conf)
    sounddevice._terminate()  # type: ignore[attr-defined]
    sounddevice._initialize()  # type: ignore[attr-defined]
    yield conf.parent
    if before is None:
        del os.environ["ALSA_CONFIG_PATH"]
    else:
        os.environ["ALSA_CONFIG_PATH"] = before
    sounddevice._terminate()  # type: ignore[attr-defined]
    sounddevice._initialize()  # type: ignore[attr-defined]


def strip(desk: Desk) -> AttachmentStrip:
    made = desk.page.card.attachments
    made.recording.recorder.longest_s = 2.0
    return made


def record(desk: Desk) -> None:
    """Until the time is up."""
    made = strip(desk)
    with desk.qtbot.waitSignal(made.recording.recorded, timeout=10_000):
        made.record.click()
    desk.wait()


def pitch_of(samples: bytes) -> float:
    """The strongest frequency between 300 and 600 Hz of a quarter of a second."""
    count = RATE // 4
    values = struct.unpack(f"<{count}h", samples[: count * 2])

    def strength(hertz: int) -> float:
        turn = -2j * math.pi * hertz / RATE
        return abs(sum(value * cmath.exp(turn * place) for place, value in enumerate(values)))

    return max(range(300, 601, 20), key=strength)


# --- encoding ------------------------------------------------------------------------------------


def test_speech_is_small_and_can_be_heard_before_it_is_finished() -> None:
    speech = SpeechBuffer()
    for _ in range(6):
        speech.add(tone(1))
    half = SoundReader(speech.so_far())
    whole = SoundReader(speech.finish())
    assert 4.5 < half.seconds <= 6
    assert whole.seconds == pytest.approx(6)
    assert len(speech.finish()) < 6 * 5_000
    assert pitch_of(whole.read(RATE)) == 440


def test_what_is_beyond_the_longest_is_left_out() -> None:
    speech = SpeechBuffer()
    speech._samples = (MAX_SECONDS - 1) * RATE
    speech.add(bytes(2 * RATE * 2))
    assert speech.seconds == MAX_SECONDS


def test_another_place_and_what_is_no_sound() -> None:
    speech = SpeechBuffer()
    speech.add(tone(3))
    reader = SoundReader(speech.finish())
    reader.go_to(2)
    assert reader.at == pytest.approx(2)
    reader.go_to(-5)
    assert reader.at == 0
    reader.go_to(99)
    assert reader.at < 3
    with pytest.raises(UserFacingError) as caught:
        SoundReader(b"ID3\x04" + bytes(9_000))
    assert caught.value.code is ErrorCode.SOUND_NOT_PLAYABLE


def test_how_loud() -> None:
    assert loudness(b"") == 0
    assert loudness(struct.pack("<3h", 0, -32_768, 100)) == 1


# --- recording -----------------------------------------------------------------------------------


def test_a_voice_is_recorded_attached_and_taken_back(desk: Desk, card: Path) -> None:
    record(desk)
    (row,) = strip(desk).rows
    assert (row.media_type, row.name[:2], row.name[-4:]) == (MediaType.OGG, "录音", ".ogg")
    data = desk.scene.store.blobs.read(row.sha256)
    assert data is not None
    reader = SoundReader(data)
    assert reader.seconds == pytest.approx(2)
    assert pitch_of(reader.read(RATE)) == 440
    assert strip(desk).recording.isHidden()
    assert strip(desk).record.isEnabled()

    (sentence, txn) = desk.scene.undos[-1]
    assert row.name in sentence
    undo(desk.scene.store, account_id=desk.scene.actor.account_id, txn=txn)


def test_put_away_by_escape_and_had_back(desk: Desk, card: Path) -> None:
    made = strip(desk)
    made.recording.recorder.longest_s = MAX_SECONDS
    made.record.click()
    desk.qtbot.waitUntil(lambda: made.recording.recorder._handed > RATE)
    QTest.keyClick(made.recording.stop, Qt.Key.Key_Escape)
    desk.wait()
    assert made.rows == ()
    made.recording.draft_bar.restore.click()
    desk.wait()
    assert len(made.rows) == 1


def test_what_was_not_attached_when_the_screen_locked_is_asked_about(
    desk: Desk, card: Path
) -> None:
    made = strip(desk)
    made.recording.recorder.longest_s = MAX_SECONDS
    made.record.click()
    desk.qtbot.waitUntil(lambda: made.recording.recorder._handed > RATE)
    desk.page.flush_draft()
    desk.wait()
    assert made.rows == ()
    made.recording.show_record("")
    made.recording.show_record(desk.page.card.case_id)
    desk.wait()
    assert not made.recording.draft_bar.isHidden()
    made.recording.draft_bar.go_on.click()
    desk.wait()
    assert len(made.rows) == 1


class FakeMicrophone:
    """Hears a second of a tone each time it is opened."""

    def __init__(self, heard: Callable[[bytes], bool], ended: Callable[[], object]) -> None:
        self.ended = ended
        heard(tone(1))

    def stop(self) -> None:
        telling = Thread(target=self.ended)  # as the card does
        telling.start()
        telling.join()


def test_after_a_pause_it_goes_on_and_hangs_where_it_was_begun(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step that was chosen when somebody began to speak, whatever is looked at meanwhile."""
    monkeypatch.setattr("ui.sound.recorder.Microphone", FakeMicrophone)
    made, bar = strip(desk), strip(desk).recording
    with desk.scene.store.reading() as session:
        events = session.exec(
            select(CaseEvent.id).where(CaseEvent.case_id == desk.page.card.case_id)
        ).all()
    made.show_part(events[0], "登记")
    made.record.click()
    bar.pause.click()
    assert (bar.pause.text(), bar.is_recording) == ("继续", True)
    made.show_part(events[1], "记事")
    bar.pause.click()
    desk.wait()  # what the first microphone said late ends nothing
    assert (bar.pause.text(), bar.is_recording) == ("暂停", True)
    bar._on_heard(2.0, 0.5)
    bar._on_heard(4.0, 0.0)
    assert "听不到声音" not in bar.clock.text()
    bar._on_heard(6.0, 0.0)
    assert "听不到声音" in bar.clock.text()
    QTest.keyClick(bar.stop, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.wait()
    (row,) = made.all_rows
    assert row.subject.part_id == events[0]
    data = desk.scene.store.blobs.read(row.sha256)
    assert data is not None
    assert SoundReader(data).seconds == pytest.approx(2)


def test_without_a_microphone_it_says_so_and_nothing_is_written(desk: Desk, no_card: Path) -> None:
    strip(desk).record.click()
    desk.wait()
    assert "没有找到麦克风" in desk.scene.notices[-1]
    assert strip(desk).rows == ()
    assert strip(desk).record.isEnabled()


# --- listening -----------------------------------------------------------------------------------


def test_a_recording_is_heard_to_its_end(desk: Desk, card: Path) -> None:
    record(desk)
    viewer = desk.page.viewer
    strip(desk).opened.emit(strip(desk).rows[0].attachment_id)
    desk.wait()
    player = viewer.player
    assert player.isEnabled()
    QTest.keyClick(viewer, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: not player.is_playing, timeout=10_000)
    assert player.time.text() == "0:02 / 0:02"
    heard = (card / "out.raw").read_bytes()
    assert loudness(heard[:200_000]) > 0.1
    QTest.keyClick(viewer, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert player.time.text() == "0:00 / 0:02"


def test_what_cannot_be_played_can_still_be_saved(desk: Desk, card: Path) -> None:
    actor = desk.scene.actor
    subject = Subject("case_file", desk.page.card.case_id)
    file = NewFile(b"ID3\x04" + bytes(9_000), MediaType.MP3, "旧录音.mp3")
    attach_files(desk.scene.store, actor, subject=subject, files=[file])
    strip(desk).load()
    desk.wait()
    strip(desk).opened.emit(strip(desk).rows[0].attachment_id)
    desk.wait()
    viewer = desk.page.viewer
    assert "不能在这里播放" in viewer.sentence.text()
    assert not viewer.save.isHidden()
    assert not viewer.player.isEnabled()


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_the_bar_fits(desk: Desk, card: Path, size: tuple[int, int]) -> None:
    desk.page.resize(*size)
    made = strip(desk)
    made.recording._panel.show()
    made.recording.show()
    desk.wait()
    assert_nothing_clipped(made.recording)
