"""The floor of a start: an empty PySide6 window, shown and painted, that imports sqlmodel."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.watching import FirstPaint, say, wait_to_end


def main() -> int:
    """Shows the window, says so, waits to be let go."""
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1366, 768)

    def on_painted() -> None:
        import sqlmodel

        say(f"usable {sqlmodel.__version__}")
        wait_to_end()
        app.quit()

    watch = FirstPaint(window, on_painted)
    window.show()
    code = app.exec()
    del watch
    return code


if __name__ == "__main__":
    sys.exit(main())
