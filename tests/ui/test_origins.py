"""Who may change something: the page itself, a Space's frame, clients, and who is named; no other site."""

from __future__ import annotations

import pytest

from ui import origins
from ui.origins import may_change_state


def ask(method: str = "POST", **headers: str) -> bool:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return may_change_state({"type": "http", "method": method, "headers": raw})


def test_clients_that_name_no_origin_go_on_working() -> None:
    assert ask(host="duel.example")
    assert ask(host="duel.example", sec_fetch_site="none")


def test_the_page_itself() -> None:
    assert ask(host="127.0.0.1:7860", origin="http://127.0.0.1:7860")
    assert ask(host="duel.example", origin="https://duel.example")  # a proxy in front speaks TLS
    assert ask(host="[::1]:7860", origin="http://[::1]:7860")
    assert ask(host="duel.example", sec_fetch_site="same-origin")


def test_a_space_in_its_own_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(host="me-duel.hf.space", origin="https://me-duel.hf.space")
    assert ask(host="me-duel.hf.space", origin="https://huggingface.co")
    assert not ask(host="10.0.0.7:7860", origin="https://me-duel.hf.space")
    monkeypatch.setenv("SPACE_HOST", "me-duel.hf.space")  # the hub's proxy may name another host
    assert ask(host="10.0.0.7:7860", origin="https://me-duel.hf.space")
    assert not ask(host="me-duel.hf.space", origin="https://somebody-else.hf.space")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://127.0.0.1:7861", "https://huggingface.co.evil.example", "http://[",
     "file://duel.example", "https://duel.example.evil.example", "http://huggingface.co"],
)  # fmt: skip
def test_other_sites(origin: str) -> None:
    assert not ask(host="duel.example", origin=origin)
    assert ask("GET", host="duel.example", origin=origin)


def test_a_page_can_not_name_itself_as_the_host() -> None:
    assert not ask(host="duel.example", origin="https://evil.example", x_forwarded_host="evil.example")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_browser_that_hides_the_origin(site: str) -> None:
    assert not ask(host="duel.example", sec_fetch_site=site)


def test_sites_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "ORIGINS", ("https://school.example", "https://*.school.example"))
    assert ask(host="duel.example", origin="https://school.example")
    assert ask(host="duel.example", origin="https://maths.school.example")
    assert not ask(host="duel.example", origin="https://evilschool.example")
