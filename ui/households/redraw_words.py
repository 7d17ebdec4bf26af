"""The drawing of micro-grids in words: rows of tiles, the list of who moves, what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exchange.sheet_out import OutSheet, write_workbook
from app.households.redraw import Home
from app.households.redraw_board import ONE, WHOLE_VILLAGE, DrawnRow, RedrawBoard, scopes_of
from app.households.rules import micro_grid_size_finding
from app.households.vocabulary import MicroGridSize
from i18n.text import tr
from ui.households.redraw_tiles import Tile, TileRow
from ui.theme import Tone
from ui.widgets.paper import table_html, text_html
from ui.wording_grids import redraw_summary, size_problem_sentence
from ui.wording_households import size_sentence, size_word


@dataclass(frozen=True, slots=True)
class MoveLine:
    """Somebody of the list of moves."""

    home_id: str
    number: str
    head: str
    group: str
    from_name: str
    to_name: str


def tile_rows(board: RedrawBoard, rows: Sequence[DrawnRow]) -> list[TileRow]:
    """The rows of a drawing as the picture shows them."""
    return [_tile_row(board, row) for row in rows]


def _tile_row(board: RedrawBoard, row: DrawnRow) -> TileRow:
    tiles = tuple(_tile(board, home, row.key) for home in row.homes)
    count = len(row.homes)
    if not row.key:
        words = tr("{count} 户未编入", count=count)
        return TileRow("", tr("未编入"), words, Tone.WARN, tiles)
    finding = micro_grid_size_finding(count)
    tone = Tone.NEUTRAL if finding is MicroGridSize.FITS else Tone(size_word(finding)[1])
    word = size_word(finding)[0]
    words = tr("{count} 户 {word}", count=count, word=word)
    if row.grid is None:
        words = tr("新设 {count} 户 {word}", count=count, word=word)
    return TileRow(row.key, short_name(board, row.key), words, tone, tiles, row.grid is None)


def _tile(board: RedrawBoard, home: Home, key: str) -> Tile:
    grid = board.grid(home.grid_id)
    words = tr("{home}，现在：{place}", home=home_words(home), place=grid_name(board, home.grid_id))
    number = grid.number if grid else 0
    return Tile(home.id, words, number, board.hue_of(home.grid_id), (home.grid_id or "") != key)


def home_words(home: Home) -> str:
    """A household by number, head and 组."""
    return " ".join(filter(None, (home.number, home.head, home.group)))


def grid_name(board: RedrawBoard, key: str | None) -> str:
    """A drawn micro-grid's name, and whether it would be made."""
    name = short_name(board, key)
    is_new = board.grid(key) is None and board.number_of(key) > 0
    return tr("{name}（新）", name=name) if is_new else name


def short_name(board: RedrawBoard, key: str | None) -> str:
    """A drawn micro-grid's name, the one that it has or the one it would get."""
    grid = board.grid(key)
    if grid is not None:
        return grid.name
    number = board.number_of(key)
    return tr("第{number}微网格", number=number) if number else tr("未编入")


def chosen_words(board: RedrawBoard, tile: Tile) -> str:
    """What stands under the picture about the household under the cursor."""
    home = board.home(tile.home_id)
    key = board.drawing.key_by_home().get(home.id)
    place, target = grid_name(board, home.grid_id), grid_name(board, key)
    if (home.grid_id or None) == key:
        return tr("{home}：{place}，不动", home=home_words(home), place=place)
    return tr("{home}：{place} → {target}", home=home_words(home), place=place, target=target)


def move_lines(board: RedrawBoard) -> list[MoveLine]:
    """Who moves, in neighbour order."""
    return [
        MoveLine(
            move.home_id,
            board.home(move.home_id).number,
            board.home(move.home_id).head,
            board.home(move.home_id).group,
            short_name(board, move.from_grid),
            short_name(board, move.to_key),
        )
        for move in board.moves()
    ]


def summary_words(board: RedrawBoard) -> str:
    """What the drawing changes, in one line."""
    figures = board.figures()
    return redraw_summary(
        moved=figures.moved, placed=figures.placed, made=figures.made, closed=figures.closed
    )


def doubt_words(board: RedrawBoard) -> str:
    """Why not everything fits, what is still outside; empty when all is well."""
    parts = []
    if board.problem is not None:
        parts.append(size_problem_sentence(board.problem))
    outside = [
        tr("{name} {size}", name=grid_name(board, row.key), size=_size(row))
        for row in board.rows_after()
        if row.key and micro_grid_size_finding(len(row.homes)) is not MicroGridSize.FITS
    ]
    if outside:
        names = "；".join(outside[:4])
        rest = len(outside) - 4
        more = tr("；另有 {count} 格", count=rest) if rest > 0 else ""
        parts.append(tr("还不在 15 至 20 户之间的：{names}{more}。", names=names, more=more))
    twice = _names_given_twice(board)
    if twice:
        parts.append(tr("有两个微网格都叫{names}，请看是不是同一个。", names="、".join(twice)))
    return "".join(parts)


def _size(row: DrawnRow) -> str:
    count = len(row.homes)
    return size_sentence(micro_grid_size_finding(count), count)


def _names_given_twice(board: RedrawBoard) -> list[str]:
    """Two laptops may have given the next number at the same time."""
    names = [one.name for one in board.village.grids]
    return sorted({name for name in names if names.count(name) > 1})


def scope_choices(board: RedrawBoard) -> list[tuple[str, str]]:
    """(scope, words) for the choice of what is drawn anew."""
    found = []
    for scope, grid, size in scopes_of(board.village):
        if scope == WHOLE_VILLAGE or grid is None:
            words = tr("全村（{count} 户）", count=size)
        elif scope.startswith(ONE):
            words = tr("只分{name}（{count} 户）", name=grid.name, count=size)
        else:
            words = tr("{name}（{count} 户）和相邻的", name=grid.name, count=size)
        found.append((scope, words))
    return found


# --- paper -----------------------------------------------------------------------------------


def move_columns() -> list[tuple[str, int]]:
    """Columns of the list of moves, with their width on a sheet."""
    return [
        (tr("户号"), 10),
        (tr("户主"), 14),
        (tr("村民小组"), 14),
        (tr("现在"), 18),
        (tr("调整后"), 20),
    ]


def move_cells(line: MoveLine) -> list[str]:
    """One line of it."""
    return [line.number, line.head, line.group, line.from_name, line.to_name]


def grid_columns() -> list[tuple[str, int]]:
    """Columns of the list of micro-grids after the change."""
    return [(tr("微网格"), 20), (tr("户数"), 8), (tr("网格员"), 14), (tr("各户（户号 户主）"), 100)]


def grid_cells(board: RedrawBoard) -> list[list[str]]:
    """The micro-grids after the change with their households."""
    return [
        [
            grid_name(board, row.key),
            str(len(row.homes)),
            row.grid.worker_name if row.grid else "",
            "、".join(f"{home.number} {home.head}" for home in row.homes),
        ]
        for row in board.rows_after()
    ]


def redraw_html(board: RedrawBoard) -> str:
    """The paper: what changes, who moves, how it is then."""
    moves = [move_cells(line) for line in move_lines(board)]
    closed = "、".join(grid_name(board, key) for key in board.drawing.closed)
    parts = [f"<p>{text_html(summary_words(board))}</p>"]
    if closed:
        parts.append(f"<p>{text_html(tr('撤并：{names}', names=closed))}</p>")
    doubt = doubt_words(board)
    if doubt:
        parts.append(f"<p>{text_html(doubt)}</p>")
    if moves:
        parts.append(f"<h2>{text_html(tr('变动的户'))}</h2>")
        parts.append(table_html(_titles(move_columns()), moves))
    parts.append(f"<h2>{text_html(tr('调整后的微网格'))}</h2>")
    parts.append(table_html(_titles(grid_columns()), grid_cells(board)))
    return "".join(parts)


def write_redraw(path: Path, board: RedrawBoard) -> Path:
    """A workbook with who moves and how it is then; raises SHEET_NOT_WRITTEN."""
    moves = [move_cells(line) for line in move_lines(board)]
    sheets = [
        OutSheet(tr("变动的户"), move_columns(), moves),
        OutSheet(tr("调整后的微网格"), grid_columns(), grid_cells(board)),
    ]
    write_workbook(path, sheets)
    return path


def _titles(columns: Sequence[tuple[str, int]]) -> list[str]:
    return [title for title, _ in columns]
