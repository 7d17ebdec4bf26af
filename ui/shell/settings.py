"""Settings of this laptop's screen, typed. Nothing about people is kept here, for it is not
encrypted."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

TEXT_SIZES = (100, 115, 130)
IDLE_MINUTES_MIN, IDLE_MINUTES_MAX = 1, 60


class Settings(QObject):
    """Each value is read with its type, because an INI file says 'false' and means it as text."""

    changed = Signal()

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store

    @property
    def text_percent(self) -> int:
        """One of TEXT_SIZES."""
        found = self._int("screen/text_percent", 100)
        return found if found in TEXT_SIZES else 100

    def set_text_percent(self, percent: int) -> None:
        self._put("screen/text_percent", percent)

    @property
    def is_bilingual(self) -> bool:
        return bool(self._store.value("screen/bilingual", False, type=bool))

    def set_bilingual(self, is_on: bool) -> None:
        self._put("screen/bilingual", is_on)

    @property
    def idle_minutes(self) -> int:
        """Minutes without a key or a click until the screen locks."""
        found = self._int("security/idle_minutes", 10)
        return max(IDLE_MINUTES_MIN, min(IDLE_MINUTES_MAX, found))

    def set_idle_minutes(self, minutes: int) -> None:
        self._put("security/idle_minutes", minutes)

    @property
    def last_account_id(self) -> str:
        return str(self._store.value("accounts/last", "", type=str))

    def set_last_account_id(self, account_id: str) -> None:
        self._put("accounts/last", account_id)

    @property
    def has_told_key_place(self) -> bool:
        """Whether the person was told once that the keys lie in a file under a passphrase."""
        return bool(self._store.value("security/told_key_place", False, type=bool))

    def set_told_key_place(self) -> None:
        """Kept without `changed`: nothing on the screen follows from it."""
        self._store.setValue("security/told_key_place", True)

    @property
    def window_geometry(self) -> QByteArray:
        found = self._store.value("window/geometry", QByteArray(), type=QByteArray)
        return found if isinstance(found, QByteArray) else QByteArray()

    def set_window_geometry(self, geometry: QByteArray) -> None:
        """Kept without `changed`: nothing on the screen follows from it."""
        self._store.setValue("window/geometry", geometry)

    @property
    def save_folder(self) -> str:
        """Where the last file was saved; empty before the first."""
        return str(self._store.value("files/save_folder", "", type=str))

    def set_save_folder(self, folder: str) -> None:
        """Kept without `changed`: nothing on the screen follows from it."""
        self._store.setValue("files/save_folder", folder)

    def write(self) -> None:
        """To disk now, not whenever the object goes: its folder may be gone by then."""
        self._store.sync()

    def _int(self, key: str, default: int) -> int:
        try:
            return int(str(self._store.value(key, default, type=int)))
        except (TypeError, ValueError):  # a file edited by hand
            return default

    def _put(self, key: str, value: object) -> None:
        self._store.setValue(key, value)
        self.changed.emit()
