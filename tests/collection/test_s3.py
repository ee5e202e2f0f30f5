"""The store on real S3 servers on this machine: rclone, which checks keys and keeps files, and moto, which minds
conditional puts.  Left out where they are not installed (``pip install -e ".[s3-tests]"``)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from collection.object_storage import ObjectFolder, StoreError
from collection.record import LabelledObjects
from collection.store import Review, ReviewConflictError, Store
from tests.helpers import GIVEN_ON, LABELLED_4, OTHER_OWNER, OWNER, contribution
from tools.server import free_port

pytest.importorskip("s3fs")
pytest.importorskip("moto")
RCLONE = shutil.which("rclone") or shutil.which("rclone", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(RCLONE is None, reason="rclone is not installed")

KEY, SECRET = "digit", "duelduel"


def wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture(params=["rclone", "moto"], scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with a bucket, the environment set to it, and where it keeps files."""
    files, port = tmp_path_factory.mktemp("s3"), free_port()
    (files / "bucket").mkdir()
    command = {
        "rclone": [
            str(RCLONE),
            "serve",
            "s3",
            str(files),
            "--addr",
            f"127.0.0.1:{port}",
            "--auth-key",
            f"{KEY},{SECRET}",
        ],
        "moto": [sys.executable, "-m", "moto.server", "-p", str(port)],
    }[request.param]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {
                "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET,
                "AWS_DEFAULT_REGION": "us-east-1",
            }.items():  # fmt: skip
                patch.setenv(name, value)
            if request.param == "moto":
                ObjectFolder("s3://bucket/x")._fs.mkdir("bucket")
            yield request.param, files
    finally:
        process.terminate()
        process.wait(20)


def test_save_list_review_expire_forget_gone(server: tuple[str, Path]) -> None:
    name, files = server
    store = Store("s3://bucket/drawings-of-a-class")
    place = store.add(contribution())
    store.add(contribution(OTHER_OWNER))
    assert len(store.places()) == 2
    assert store.read(place).objects.class_id.tolist() == [4]
    assert store.add_review(place, Review(True, LABELLED_4), (400, 400)) == 1
    with pytest.raises(ReviewConflictError):
        store.add_review(place, Review(False, LABELLED_4), (400, 400))
    assert store.expire(GIVEN_ON.replace(year=2027)) == 1
    assert list(store.places()) == [place]
    assert store.forget(OWNER) == 1
    assert store.forget(OWNER) == 0
    assert store.folder.names("") == {}
    assert [path for path in files.rglob("*") if path.is_file()] == [], name


def test_an_object_that_is_there_is_not_overwritten(server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ObjectFolder("s3://bucket/race")
    folder.create("a", b"first", GIVEN_ON)
    if server[0] == "moto":  # two at the very same moment: the server itself has to refuse the second
        monkeypatch.setattr(folder._fs, "exists", lambda path: False)
    with pytest.raises((FileExistsError, StoreError)):
        folder.create("a", b"second", GIVEN_ON)
    assert folder.read("a") == b"first"
    folder.remove("a")


def test_what_somebody_else_wrote_since_the_last_look_is_not_overwritten(server: tuple[str, Path]) -> None:
    folder = ObjectFolder("s3://bucket/look")
    folder.create("a/1", b"first", GIVEN_ON)
    assert folder.names("") == {"a/1": 5}
    with ThreadPoolExecutor(1) as elsewhere:  # each thread has a client of its own, as another process has
        elsewhere.submit(folder.create, "a/2", b"second", GIVEN_ON).result()
    with pytest.raises((FileExistsError, StoreError)):
        folder.create("a/2", b"third", GIVEN_ON)
    assert folder.read("a/2") == b"second"
    folder.remove("a")
    assert folder.names("") == {}


def test_a_wrong_key_and_a_server_that_is_gone_cost_a_sentence(
    server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    if server[0] == "rclone":  # moto takes any key
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        s3fs.S3FileSystem.clear_instance_cache()
        with pytest.raises(StoreError, match="can't be reached"):
            Store("s3://bucket/x").add(contribution(objects=LabelledObjects(LABELLED_4.xyxy, LABELLED_4.class_id)))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(StoreError, match="can't be reached"):
        Store("s3://bucket/x").places()
    s3fs.S3FileSystem.clear_instance_cache()
    assert os.environ["AWS_ACCESS_KEY_ID"] == KEY
