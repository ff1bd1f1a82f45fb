"""aps-tui audit."""

from __future__ import annotations

from tests.unit.cli.conftest import Run, Site


def test_it_shows_what_a_filter_lets_through(site: Site, run: Run) -> None:
    done = run("audit", "--filter", "kind:tenant")
    assert done.status == 0 and [line.split()[2:4] for line in done.out.splitlines()] == [
        ["tenant", "bolt"], ["tenant", "acme"]]  # fmt: skip
    one = run("audit", "--limit", "1", "--json").json
    assert len(one["changes"]) == 1 and one["found"] > 1
    assert set(one["changes"][0]) == {"at", "who", "kind", "name", "action", "detail"}


def test_it_writes_a_file(site: Site, run: Run) -> None:
    path = site.folder / "audit.csv"
    done = run("audit", "--csv", str(path))
    assert done.status == 0 and path.read_text().startswith("at,who,kind,name,action,detail")
    done = run("audit", "--filter", "who:nobody")
    assert done.out == "no change matches\n"
