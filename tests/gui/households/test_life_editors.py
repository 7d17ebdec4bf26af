"""Whom a step is about: ticks and what is said when it can be about nobody."""

from __future__ import annotations

from ui.households.life_editors import PeopleChoice


def _two(qtbot) -> PeopleChoice:  # type: ignore[no-untyped-def]
    people = PeopleChoice()
    qtbot.addWidget(people)
    people.set_people([("a", "吴某"), ("b", "杨某")])
    return people


def test_a_tick_comes_back_with_the_person(qtbot) -> None:
    people = _two(qtbot)
    people.set_form_text("a")
    people.show_only(())
    assert people.chosen() == []
    people.show_only(("a", "b"))
    assert people.chosen() == ["a"]


def test_a_new_choice_forgets_the_old_tick(qtbot) -> None:
    people = _two(qtbot)
    people.set_form_text("a")
    people.show_only(("b",))
    people.set_form_text("b")
    people.show_only(("a", "b"))
    assert people.chosen() == ["b"]


def test_nobody_to_choose_from_is_said(qtbot) -> None:
    people = _two(qtbot)
    people.show_only(())
    assert people.nobody.isVisibleTo(people)
    people.show_only(("b",))
    assert not people.nobody.isVisibleTo(people)
