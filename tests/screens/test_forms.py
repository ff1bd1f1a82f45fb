"""Forms and pick lists, driven by keys."""

from __future__ import annotations

from aps_tui.domain.errors import BadValue, Faults
from aps_tui.screens.dialogs import Confirm
from aps_tui.screens.form import YES_NO, Field, Form
from aps_tui.screens.pick import Pick
from aps_tui.services.workplace import Workplace
from tests.screens.console import Hand, console

MODELS = {"yealink": ("T46S", "T48S"), "snom": ("D385",)}


def _not_empty(text: str) -> None:
    if not text:
        raise BadValue("is needed")


def _form(saved: list[dict[str, str]], fault: ApsFault | None = None) -> Form:
    def save(values: dict[str, str]) -> None:
        if fault and values["name"] == "bad":
            raise fault
        saved.append(values)

    return Form(
        "Add a thing",
        [
            Field("name", "Name", help="any name, as front desk", check=_not_empty),
            Field("vendor", "Vendor", options=[(name, name.title()) for name in MODELS]),
            Field("model", "Model", options=lambda said: [(one, one) for one in MODELS.get(said["vendor"], ())]),
            Field("secret", "Secret", secret=True),
            Field("enabled", "Enabled", "yes", options=YES_NO),
        ],
        save,
        preview=lambda said: f"makes {said['name'] or 'nothing'}",
    )


ApsFault = BadValue | Faults


async def _open(hand: Hand, form: Form) -> list[dict[str, str] | None]:
    given: list[dict[str, str] | None] = []
    hand.app.push_screen(form, given.append)
    await hand.settle()
    return given


async def test_a_form_is_filled_and_saved_by_keys(place: Workplace) -> None:
    saved: list[dict[str, str]] = []
    async with console(place, size=(80, 24)) as hand:
        given = await _open(hand, _form(saved))
        assert "any name, as front desk" in hand.look() and "makes nothing" in hand.look()
        await hand.type("desk")
        assert "makes desk" in hand.look()
        await hand.press("tab", "space", "enter", "tab", "space", "down", "enter", "tab")
        await hand.type("s3")
        assert "s3" not in hand.look()
        await hand.press("down", "space", "enter")
        wanted = {"name": "desk", "vendor": "yealink", "model": "T48S", "secret": "s3", "enabled": "no"}
        assert saved == [wanted] and given == [wanted]


async def test_a_letter_opens_the_list_narrowed(place: Workplace) -> None:
    async with console(place) as hand:
        await _open(hand, _form([]))
        await hand.press("tab", "s", "n")
        assert isinstance(hand.app.screen, Pick) and hand.keys() == ["snom"]
        await hand.press("enter")
        assert "< Snom >" in hand.look()


async def test_a_choice_that_no_longer_fits_is_taken_back(place: Workplace) -> None:
    async with console(place) as hand:
        await _open(hand, _form([]))
        await hand.press("tab", "y", "enter", "tab", "t", "enter")
        assert "< T46S >" in hand.look()
        await hand.press("up", "space")
        assert "< Snom >" in hand.look() and "T46S" not in hand.look() and "< - >" in hand.look()


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(place: Workplace) -> None:
    saved: list[dict[str, str]] = []
    async with console(place) as hand:
        given = await _open(hand, _form(saved, Faults([f"fault {n}" for n in range(9)])))
        await hand.press("enter")
        assert "Name: is needed" in hand.look() and not saved
        await hand.type("bad")
        await hand.press("enter")
        assert "fault 4" in hand.look() and "and 4 more" in hand.look() and "fault 5" not in hand.look()
        assert "bad" in hand.look() and given == []


async def test_leaving_asks_only_when_something_was_typed(place: Workplace) -> None:
    async with console(place) as hand:
        given = await _open(hand, _form([]))
        await hand.press("escape")
        assert given == [None]
        given = await _open(hand, _form([]))
        await hand.type("x")
        await hand.press("escape")
        assert isinstance(hand.app.screen, Confirm)
        await hand.press("n", "escape", "y")
        assert given == [None]


async def test_a_pick_list_narrows_and_starts_at_the_present_choice(place: Workplace) -> None:
    given: list[str | None] = []
    options = [(str(n), f"number {n}") for n in range(100)]
    async with console(place, size=(80, 24)) as hand:
        hand.app.push_screen(Pick("Which?", options, "5"), given.append)
        await hand.settle()
        assert hand.rows.cursor == 5
        await hand.type("42")
        assert hand.keys() == ["42"]
        await hand.press("enter")
        assert given == ["42"]
        hand.app.push_screen(Pick("Which?", options), given.append)
        await hand.settle()
        await hand.type("nothing like it")
        await hand.press("enter")
        assert given == ["42"]
        await hand.press("escape")
        assert given == ["42", None]


async def test_a_burst_of_keys_goes_where_it_would_one_by_one(place: Workplace) -> None:
    saved: list[dict[str, str]] = []
    async with console(place, size=(80, 24)) as hand:
        await _open(hand, _form(saved))
        await hand.burst("d", "tab", "space", "enter", "tab", "t", "4", "8", "enter", "tab", *"pw", "enter")
        assert [(one["name"], one["vendor"], one["model"], one["secret"]) for one in saved] == [
            ("d", "yealink", "T48S", "pw")
        ]


async def test_a_burst_goes_on_in_the_screen_that_a_key_opens(place: Workplace) -> None:
    async with console(place, size=(80, 24)) as hand:
        await hand.burst("4", "A", *"9.9.9.9", "tab", *"pbx", "enter", "1", "slash", *"acme", "enter", "j")
        assert "9.9.9.9" in [one.source for one in place.store.mappings.all()]
        assert hand.app.current_mode == "devices" and len(hand.keys()) == 3 and hand.rows.cursor == 1
