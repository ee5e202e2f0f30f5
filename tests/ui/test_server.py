"""How the page is served: memory, and weights that are missing."""

from __future__ import annotations

import platform
import subprocess
import sys
import warnings

import gradio as gr
import numpy as np
import pytest
from gradio.routes import App, file_upload_statuses
from starlette.testclient import TestClient

from tools.server import free_port
from ui.memory import forget_uploads
from ui.server import listening_address, read_command_line, serve, tell_warning
from weights.store import WeightsError

ALLOCATING = """
import ctypes, threading
from ui.memory import limit_malloc_arenas
limit_malloc_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
meet = threading.Barrier(8)

def work():
    meet.wait()
    for _ in range(2000):
        libc.malloc(1000)
    meet.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
libc.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_threads_share_two_heaps() -> None:
    done = subprocess.run([sys.executable, "-c", ALLOCATING], capture_output=True, text=True, check=True)
    assert 1 <= sum(line.startswith("Arena") for line in done.stderr.splitlines()) <= 2


FREEING = """
from pathlib import Path
from ui.memory import give_back_memory

def resident():
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)

many = [bytes(1000) for _ in range(200_000)]
end = bytes(1000)
del many
before = resident()
give_back_memory()
print(before - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_memory_that_was_freed_goes_back_to_the_system() -> None:
    done = subprocess.run([sys.executable, "-c", FREEING], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100_000


def test_a_warning_tells_no_paths(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", tell_warning)
        np.array([1e308]).astype(np.float32)
    assert [record.message for record in caplog.records] == ["RuntimeWarning: overflow encountered in cast"]


def test_missing_weights_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise WeightsError("cnn.safetensors is missing.")

    def build(_: object) -> gr.Blocks:
        raise AssertionError("nothing to build a page over")

    monkeypatch.setenv("GRADIO_SERVER_PORT", str(free_port()))
    monkeypatch.setattr("ui.server.load_detectors", load)
    monkeypatch.setattr("ui.server.limit_malloc_arenas", lambda: None)
    with pytest.raises(SystemExit, match="Digit Duel can't start: cnn"):
        serve(build)


def test_gradio_is_told_to_remember_little() -> None:
    with gr.Blocks() as page:
        pass
    assert page.queue()._queue.ANALYTICS_MAX_EVENTS == 1


def test_options_take_the_place_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "1")
    read_command_line(["--host", "127.0.0.1", "--port", str(port)])
    assert listening_address() == ("127.0.0.1", port)
    with pytest.raises(SystemExit) as stopped:
        read_command_line(["--help"])
    assert stopped.value.code == 0
    assert "GRADIO_SERVER_PORT" in capsys.readouterr().out


@pytest.mark.parametrize("port", ["abc", "0", "-1", "70000", "7.5", "٣x"])
def test_a_port_is_a_number_that_can_be_one(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", port)
    with pytest.raises(OSError, match="from 1 to 65535"):
        listening_address()


def test_uploads_that_are_over_are_forgotten() -> None:
    file_upload_statuses.track("done")
    file_upload_statuses.append("done", "a.png", b"x")
    file_upload_statuses.set_done("done")
    file_upload_statuses.track("going on")
    _ = file_upload_statuses._signals["asked for"]
    forget_uploads()
    assert list(file_upload_statuses._statuses) == ["going on"]
    assert list(file_upload_statuses._signals) == ["going on"]
    file_upload_statuses.set_done("going on")
    forget_uploads()
    assert not file_upload_statuses._signals


def tell_address(text: str) -> str:
    return text


def test_endpoints_are_described_to_each_by_the_address_that_they_asked() -> None:
    with gr.Blocks() as page:
        gr.api(tell_address, api_name="say")
    app = App.create_app(page)
    for host in ("one.example", "other.example"):
        told = TestClient(app, base_url=f"http://{host}").get("/gradio_api/info").text
        assert [name in told for name in ("one.example", "other.example")] == [host[:3] == "one", host[:3] == "oth"]
