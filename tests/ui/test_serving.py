"""How the app starts and stops: addresses, a port that is taken, signals in the middle of work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tools.server import ROOT, free_port


def start(folder: Path, **environment: str) -> subprocess.Popen[str]:
    """The app in a process of its own."""
    inherited = {k: v for k, v in os.environ.items() if k != "GRADIO_TEMP_DIR"}
    return subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env={**inherited, "TMPDIR": str(folder), **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(url: str, process: subprocess.Popen[str]) -> httpx.Response:
    end = time.monotonic() + 240
    while time.monotonic() < end and process.poll() is None:
        try:
            return httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError(process.communicate()[1])


def stopped(process: subprocess.Popen[str], seconds: float = 240) -> tuple[int, str]:
    try:
        _, errors = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return process.returncode, errors


def test_a_taken_port_is_told_and_no_other_one_is_used(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, errors = stopped(start(tmp_path, GRADIO_SERVER_PORT=str(port)))
    assert status == 1
    assert errors.strip().splitlines()[-1].startswith(f"Digit Duel can't start: port {port} of 127.0.0.1 can't be used")
    assert "Traceback" not in errors


def test_no_temporary_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, errors = stopped(start(tmp_path, GRADIO_SERVER_PORT=str(free_port()), GRADIO_TEMP_DIR=f"{tmp_path}/file/x"))
    assert (status, "Digit Duel can't start: no temporary folder can be made" in errors) == (1, True)
    assert "Traceback" not in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_a_benchmark(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    process = start(tmp_path, GRADIO_SERVER_PORT=str(port))
    url = f"http://127.0.0.1:{port}/"
    try:
        wait_for(url, process)
        joined = httpx.post(f"{url}gradio_api/call/benchmark", json={"data": [None]})
        assert joined.status_code == 200
        time.sleep(1)
        process.send_signal(number)
        status, errors = stopped(process, 60)
    finally:
        process.kill()
    assert status == 0, errors
    assert not [path for path in tmp_path.glob("digit-duel-*/**/*") if path.is_file()]


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_ipv6(tmp_path: Path, host: str) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            port = probe.getsockname()[1]
    except OSError:
        pytest.skip("no IPv6 here")
    process = start(tmp_path, GRADIO_SERVER_NAME=host, GRADIO_SERVER_PORT=str(port))
    try:
        assert wait_for(f"http://[::1]:{port}/", process).status_code == 200
    finally:
        process.terminate()
        stopped(process)
