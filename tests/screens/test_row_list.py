"""The virtual list: constant work for any number of rows, and text shown as it is."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from aps_tui.domain.errors import ApsError
from aps_tui.widgets.mark_list import MarkList
from aps_tui.widgets.pages import PAGE, Row
from aps_tui.widgets.row_list import Column, RowList

MANY = 100_000


class Many:
    """Rows that are counted as they are asked for."""

    def __init__(self, total: int = MANY, cells: Sequence[str] = ()) -> None:
        self.total = total
        self.cells = cells
        self.asked: list[int] = []
        self.broken = False

    def count(self) -> int:
        return self.total

    def page(self, offset: int, limit: int) -> list[Row]:
        if self.broken:
            raise ApsError("the database is away")
        self.asked.append(offset)
        end = min(offset + limit, self.total)
        return [Row(str(n), self.cells or [str(n), f"name {n}"]) for n in range(offset, end)]

    def keys(self) -> list[str]:
        return [str(n) for n in range(self.total)]


class Lists(App[None]):
    """One list."""

    def __init__(self, source: Many) -> None:
        super().__init__()
        self.rows = MarkList([Column("n", "No", 8), Column("name", "Name", 10, 1)], source)

    def compose(self) -> ComposeResult:
        yield self.rows


def line(rows: RowList, y: int) -> str:
    return rows.render_line(y).text


async def test_only_pages_that_are_looked_at_are_fetched() -> None:
    source = Many()
    app = Lists(source)
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.rows.total == MANY and set(source.asked) == {0}
        await pilot.press("G")
        assert app.rows.cursor == MANY - 1
        await pilot.press("g", *["j"] * 30, "pagedown", "ctrl+d", "ctrl+u", "k")
        assert set(source.asked) <= {0, PAGE, (MANY - 1) // PAGE * PAGE, (MANY - 1) // PAGE * PAGE - PAGE}
        assert len(source.asked) == len(set(source.asked))


async def test_the_cursor_stays_in_view_and_within_the_rows() -> None:
    app = Lists(Many(50))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("k", "up")
        assert app.rows.cursor == 0
        for keys, row in ((["j", "down"], 2), (["end"], 49), (["j"], 49), (["home"], 0), (["pagedown"], 22)):
            await pilot.press(*keys)
            assert app.rows.cursor == row
            shown = [line(app.rows, y).split()[0] for y in range(1, 24)]
            assert str(row) in shown


async def test_the_whole_width_is_used_at_80_and_120() -> None:
    for width in (80, 120):
        app = Lists(Many(100))
        async with app.run_test(size=(width, 24)):
            assert len(line(app.rows, 1)) == app.rows.scrollable_content_region.width
            assert sum(app.rows._column_widths()) + 3 == app.rows.scrollable_content_region.width


async def test_text_is_shown_literally_and_controls_are_escaped() -> None:
    app = Lists(Many(3, ["[red]x[/]", "a\x1b[2Jb\u202ec\nd"]))
    async with app.run_test(size=(80, 24)):
        assert "[red]x[~" in line(app.rows, 1)
        assert r"a\x1b[2Jb\u202ec\nd" in line(app.rows, 1)


async def test_wide_characters_keep_their_cells() -> None:
    app = Lists(Many(3, ["電話機電話機", "電話"]))
    async with app.run_test(size=(80, 24)):
        strip = app.rows.render_line(2)
        assert strip.cell_length == app.rows.scrollable_content_region.width
        assert "~" in strip.text


async def marks_of(pilot: Pilot[None], app: Lists, *keys: str) -> set[str]:
    await pilot.press(*keys)
    return set(app.rows.marks)


async def test_marks() -> None:
    app = Lists(Many(10))
    async with app.run_test(size=(80, 24)) as pilot:
        assert await marks_of(pilot, app, "space", "space") == {"0", "1"}
        assert app.rows.cursor == 2 and line(app.rows, 1).startswith("*")
        assert await marks_of(pilot, app, "v", "j", "j", "v") == {"0", "1", "2", "3", "4"}
        assert await marks_of(pilot, app, "asterisk") == {"5", "6", "7", "8", "9"}
        assert await marks_of(pilot, app, "u") == set()
        assert app.rows.chosen() == ["4"]
        assert len(await marks_of(pilot, app, "a")) == 10


async def test_rows_that_went_away_leave_a_cursor_that_is_right() -> None:
    source = Many(500)
    app = Lists(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("G")
        source.total = 3
        app.rows.reload()
        assert app.rows.cursor == 2 and app.rows.current == Row("2", ["2", "name 2"])
        source.total = 0
        app.rows.reload()
        await pilot.press("j", "G", "enter", "space", "v")
        assert app.rows.chosen() == [] and app.rows.cursor == 0


async def test_a_source_that_fails_is_told_and_not_a_crash() -> None:
    source = Many(5)
    app = Lists(source)
    async with app.run_test(size=(80, 24)) as pilot:
        source.broken = True
        app.rows.reload()
        await pilot.pause()
        assert "the database is away" in line(app.rows, 1)


async def test_mouse_takes_the_cursor_and_a_title_sorts() -> None:
    clicked: list[str] = []

    class Clicked(Lists):
        def on_row_list_header_clicked(self, event: RowList.HeaderClicked) -> None:
            clicked.append(event.column.name)

    app = Clicked(Many(50))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(MarkList, offset=(4, 5))
        assert app.rows.cursor == 4
        await pilot.click(MarkList, offset=(14, 0))
        assert clicked == ["name"]
