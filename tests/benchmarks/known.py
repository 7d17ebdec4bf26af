"""What both sides know: who measures, and the programs that are started to be measured.

Apart from everything else, so that such a program loads nothing a person's would not.
"""

from __future__ import annotations

from typing import Final

PASSPHRASE: Final = "measured and thrown away"
PIN: Final = "274913"
