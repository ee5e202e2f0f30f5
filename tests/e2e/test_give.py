"""Giving a drawing in a real browser, and deleting it again: by the key of the browser, and by a key that is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

import app
from collection.consent import CONSENT_TEXT, make_key, owner_of_key
from collection.store import STORE_VARIABLE, Store
from detectors import load_detectors
from tools.browser import Visitor, reads
from ui.server import launch_settings

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page keeps what it is given."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """Where an app with a store listens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(STORE_VARIABLE, str(folder))
        page = app.build_page(load_detectors())
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield address
    page.close()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def draw_and_correct(visitor: Visitor) -> None:
    """Draws a 3 and calls it an 8 in the editor."""
    visitor.open_tab("Live ink")
    visitor.ink(3)
    reads(visitor, "3")
    open_correction(visitor)
    boxes = visitor.page.locator("#editor [data-item]")
    visitor.wait_for(boxes.count, 1)
    boxes.first.click()
    visitor.page.locator("#editor .classes button", has_text="8").click()


def open_correction(visitor: Visitor) -> None:
    visitor.page.locator("#correct button", has_text=re.compile("Wrong")).click()


def consent(visitor: Visitor) -> Any:
    return visitor.page.locator("#consent input")


def learn(visitor: Visitor, note: str) -> None:
    visitor.page.get_by_role("button", name="Learn this").click()
    visitor.until(lambda: note in visitor.page.locator("#correct-note").inner_text())


def give(visitor: Visitor) -> str:
    """Draws, corrects, agrees and gives; the deletion key that the page shows."""
    draw_and_correct(visitor)
    consent(visitor).check()
    learn(visitor, "The drawing is kept")
    key = visitor.page.locator("#deletion-key").locator("input, textarea")
    visitor.until(lambda: bool(re.fullmatch("[0-9a-f]{32}", key.input_value())))
    return str(key.input_value())


def delete(visitor: Visitor, key: str, note: str) -> None:
    visitor.page.locator("#deletion-key").locator("input, textarea").fill(key)
    visitor.page.locator("#delete").click()
    visitor.until(lambda: note in visitor.page.locator("#delete-note").inner_text())


def test_nothing_is_kept_without_consent_and_consent_is_good_for_one_drawing(visit: Visit, folder: Path) -> None:
    visitor = visit()
    draw_and_correct(visitor)
    assert CONSENT_TEXT in visitor.page.locator("#consent").inner_text()
    assert not consent(visitor).is_checked()
    learn(visitor, "Learned, for this visit.")
    reads(visitor, "8")
    assert files(folder) == []
    consent(visitor).check()
    learn(visitor, "The drawing is kept")
    assert len(files(folder)) == 1
    visitor.until(lambda: not consent(visitor).is_checked())
    delete(visitor, "", "Deleted: 1 drawing.")
    assert visitor.errors == []


def test_a_drawing_is_given_and_deleted_by_the_key_that_stays_in_the_browser(visit: Visit, folder: Path) -> None:
    visitor = visit()
    key = give(visitor)
    store = Store(str(folder))
    (place,) = store.places()
    assert place.owner == owner_of_key(key)
    kept = store.read(place)
    assert kept.objects.class_id.tolist() == [8]
    assert len(kept.picture["strokes"]) == 1
    assert {row["label"] for rows in kept.readings.values() for row in rows} == {"3"}
    assert key not in files(folder)[0].read_text()

    visitor.page.reload()
    visitor.page.locator("#ink canvas").wait_for()
    open_correction(visitor)
    delete(visitor, make_key(), "No drawing belongs to this key")
    delete(visitor, "not a key", "That is no deletion key")
    assert list(store.places()) == [place]
    delete(visitor, "", "Deleted: 1 drawing.")
    assert store.folder.names("") == {}
    assert files(folder) == []
    assert visitor.errors == []


def test_another_browser_deletes_by_a_key_that_is_typed(visit: Visit, folder: Path) -> None:
    key = give(visit())
    assert len(files(folder)) == 1
    other = visit(phone=True)
    open_correction(other)
    delete(other, "", "That is no deletion key")  # this browser has none of its own
    delete(other, f"{key[:16].upper()} {key[16:]}", "Deleted: 1 drawing.")
    assert files(folder) == []
    assert other.fits()
    assert other.errors == []


def test_axe_finds_nothing_where_the_page_asks(visit: Visit) -> None:
    visitor = visit()
    visitor.example(0)
    visitor.settled()
    open_correction(visitor)
    visitor.page.locator("#consent").wait_for()
    visitor.page.wait_for_timeout(700)  # Gradio fades what is being worked on
    found = Axe().run(visitor.page, context="#correct").response["violations"]
    assert [row["id"] for row in found if row["impact"] in ("serious", "critical")] == []
