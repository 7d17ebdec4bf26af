"""The lines of the list and the numbers of the cards, as the page takes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.cases.vocabulary import CaseState, Urgency
from app.duty.queries import ShiftRow
from app.flow.limit_rules import RowLimit
from app.grid_work.plan import VisitDue
from app.grid_work.rows import HazardRow, ServiceRow
from app.households.vocabulary import MicroGridSize, RosterEventKind
from app.incidents.queries import IncidentRow, UnreportedRisk
from app.outbox_rows import OutboxRow
from app.today.rules import TodoKind, Turning
from app.votes.views import MotionRow


@dataclass(frozen=True, slots=True)
class CaseTodo:
    """An open case: its parties as one text, its age in days."""

    case_id: str
    title: str
    parties: str
    urgency: Urgency
    state: CaseState
    recorded_at: datetime
    days_open: int
    unit_id: str
    is_asked_for: bool = False
    """Whether it was asked to be handed over and the county has not answered."""
    limits: tuple[RowLimit, ...] = ()
    """Its last days as `app.flow.limit_rules` puts them: the one shown, the one named beside."""
    is_confidential: bool = False

    @property
    def due_on(self) -> date | None:
        """The last day its row shows."""
        return self.limits[0].due_on if self.limits else None

    def days_late(self, today: date) -> int:
        """Whole days past its nearest last day; 0 while there is time, or no limit runs."""
        return max(0, (today - self.due_on).days) if self.due_on else 0


@dataclass(frozen=True, slots=True)
class GridTodo:
    """A micro-grid outside 15 to 20 households."""

    micro_grid_id: str
    name: str
    household_count: int
    finding: MicroGridSize
    unit_id: str


@dataclass(frozen=True, slots=True)
class PersonTodo:
    """Somebody of the roster who turns old, or came home; ``day`` is when."""

    household_id: str
    number: str
    head_name: str
    micro_grid_name: str
    name: str
    day: date
    is_mine: bool
    turning: Turning | None = None
    event: RosterEventKind | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class VillageTodo:
    """A village with more incidents this month than its own past lets expect."""

    unit_id: str
    name: str
    now: int
    year_before: int
    mean: float


@dataclass(frozen=True, slots=True)
class MoreVisits:
    """The households of the week's plan that are not listed."""

    count: int


What = (
    CaseTodo
    | MotionRow
    | GridTodo
    | OutboxRow
    | VisitDue
    | ServiceRow
    | HazardRow
    | IncidentRow
    | UnreportedRisk
    | ShiftRow
    | PersonTodo
    | VillageTodo
    | MoreVisits
)


@dataclass(frozen=True, slots=True)
class Todo:
    """One line; ``what`` is of the type that belongs to ``kind``."""

    kind: TodoKind
    key: str
    what: What
    days_late: int = 0
    village: str = ""
    """Where it is, for who sees several villages."""

    @property
    def case(self) -> CaseTodo | None:
        return self.what if isinstance(self.what, CaseTodo) else None

    @property
    def motion(self) -> MotionRow | None:
        return self.what if isinstance(self.what, MotionRow) else None

    @property
    def grid(self) -> GridTodo | None:
        return self.what if isinstance(self.what, GridTodo) else None

    @property
    def record(self) -> OutboxRow | None:
        return self.what if isinstance(self.what, OutboxRow) else None


@dataclass(frozen=True, slots=True)
class TodayFigures:
    """The numbers of the cards. A number is None where it does not concern the person."""

    open_cases: int | None
    urgent_cases: int
    late_cases: int
    due_cases: int
    """Of which a limit ends within the days the county reminds of."""
    open_motions: tuple[MotionRow, ...] | None
    waiting: int
    """Records with unsent edits."""
    refused: int
    visits: int | None = None
    """Households to visit this week, of the own micro-grids."""
    visits_late: int = 0
    hazards: int | None = None
    hazards_late: int = 0
    incidents: int | None = None
    risks: int = 0
    """Disputes of which the police must hear."""
    services: int | None = None
    services_late: int = 0


@dataclass(frozen=True, slots=True)
class TodayView:
    """The page, as of a moment; ``day`` is the date in the village."""

    figures: TodayFigures
    todos: tuple[Todo, ...]
    as_of: datetime
    day: date
