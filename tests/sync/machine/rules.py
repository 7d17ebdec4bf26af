"""The world's rules with how often each is drawn and which numbers it takes."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Final

from tests.sync.machine.world import World


@dataclass(frozen=True)
class Rule:
    """One method of ``World``."""

    name: str
    weight: int

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of its numbers."""
        signature = inspect.signature(getattr(World, self.name))
        return tuple(name for name in signature.parameters if name != "self")

    def apply(self, world: World, numbers: dict[str, int]) -> None:
        """One step of the world."""
        world.steps += 1
        getattr(world, self.name)(**numbers)


RULES: Final = (
    Rule("add_household", 8),
    Rule("edit_household", 14),
    Rule("edit_resident", 5),
    Rule("remove_household", 2),
    Rule("record_case", 4),
    Rule("case_event", 8),
    Rule("propose", 2),
    Rule("open_vote", 3),
    Rule("vote", 8),
    Rule("tally", 2),
    Rule("hand_over_household", 3),
    Rule("hand_over_case", 4),
    Rule("record_of_kind", 5),
    Rule("send_case", 14),
    Rule("work_on_case", 16),
    Rule("mediator", 2),
    Rule("agree", 6),
    Rule("sign", 7),
    Rule("perform", 3),
    Rule("sponsor", 2),
    Rule("change_county_setting", 2),
    Rule("tell_typical", 3),
    Rule("visit", 4),
    Rule("change_visit", 2),
    Rule("serve", 3),
    Rule("work_on_hazard", 3),
    Rule("record_incident", 3),
    Rule("incident_event", 6),
    Rule("birth", 4),
    Rule("come_or_go", 5),
    Rule("split", 3),
    Rule("merge", 4),
    Rule("redraw", 4),
    Rule("assign_grid", 2),
    Rule("look", 2),
    Rule("sync", 12),
    Rule("sync_badly", 12),
    Rule("jump_clock", 2),
    Rule("let_time_pass", 2),
    Rule("power_cut", 3),
    Rule("kill_county", 1),
    Rule("settle_conflict", 4),
    Rule("add_twin", 2),
    Rule("settle_twins", 3),
    Rule("speak_the_old_protocol", 1),
    Rule("undo_last", 2),
    Rule("write_stick", 3),
    Rule("take_sticks", 2),
    Rule("read_stick", 3),
    Rule("put_back_copy", 1),
    Rule("clone", 1),
    Rule("back_up_county", 1),
    Rule("restore_county", 1),
)
