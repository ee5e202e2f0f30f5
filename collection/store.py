"""Given drawings and what reviewers decided on them, in an :class:`collection.object_storage.ObjectFolder`.

Layout: ``drawings/<owner>/<day>-<id>.json``, and ``reviews/<owner>/<day>-<id>/<number>.json`` for each decision, an
object of its own.  The owner is the hash of the key that deletes: what belongs to a key is found, and removed, by its
folders alone.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from collection.consent import RETENTION_DAYS
from collection.object_storage import ObjectFolder
from collection.object_storage import StoreError as StoreError
from collection.record import Contribution, LabelledObjects, RecordError, read_objects

STORE_VARIABLE = "DIGIT_DUEL_STORE"
"""Environment variable that names the store; unset, nothing is kept."""

DRAWINGS, REVIEWS = "drawings", "reviews"

DRAWING = re.compile(rf"{DRAWINGS}/([0-9a-f]{{64}}/\d{{4}}-\d\d-\d\d-[0-9a-f]{{16}})\.json")
REVIEW = re.compile(rf"{REVIEWS}/([0-9a-f]{{64}}/\d{{4}}-\d\d-\d\d-[0-9a-f]{{16}})/(\d{{1,6}})\.json")


class ReviewConflictError(StoreError):
    """Somebody else has decided on the drawing meanwhile."""


@dataclass(frozen=True, order=True)
class Place:
    """Where one drawing lies.

    Attributes:
        day: on which it was given.
        owner: hash of its deletion key, 64 hexadecimal digits.
        name: 16 hexadecimal digits by chance.
    """

    day: date
    owner: str
    name: str

    def __str__(self) -> str:
        return f"{self.owner}/{self.day.isoformat()}-{self.name}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """From its text, of the form that :data:`DRAWING` has; ValueError where its day is none."""
        owner, _, rest = text.partition("/")
        return cls(date.fromisoformat(rest[:10]), owner, rest[11:])


@dataclass(frozen=True, eq=False)
class Review:
    """What a reviewer decided on a drawing.

    Attributes:
        accepted: whether it may be learned from and handed on.
        objects: what is on it.
    """

    accepted: bool
    objects: LabelledObjects


class Store:
    """Given drawings.

    Args:
        url: as :class:`collection.object_storage.ObjectFolder` takes it, which also says what is refused.
    """

    def __init__(self, url: str) -> None:
        self.folder = ObjectFolder(url)

    def add(self, contribution: Contribution) -> Place:
        """Keeps a drawing, whole or not at all.

        Raises:
            StoreError: it can't be kept.
            DrawingError: it is too large.
        """
        place = Place(contribution.day, contribution.owner, secrets.token_hex(8))
        data = contribution.to_bytes()
        try:
            self.folder.create(f"{DRAWINGS}/{place}.json", data, place.day)
        except FileNotFoundError:  # the last drawing of this owner went at this very moment, and the folder with it
            self.folder.create(f"{DRAWINGS}/{place}.json", data, place.day)
        return place

    def read(self, place: Place) -> Contribution:
        """One drawing.

        Raises:
            FileNotFoundError: it is gone.
            RecordError: what lies there is no drawing.
            StoreError: the store can't be reached.
        """
        return Contribution.from_bytes(self.folder.read(f"{DRAWINGS}/{place}.json"))

    def places(self, owner: str = "") -> dict[Place, int]:
        """All drawings, the oldest first, with their bytes; those of one owner where given."""
        found = self.folder.names(f"{DRAWINGS}/{owner}".rstrip("/"))
        matches = ((DRAWING.fullmatch(name), size) for name, size in found.items())
        return dict(sorted((Place.parse(match[1]), size) for match, size in matches if match))

    def remove(self, place: Place) -> None:
        """Removes one drawing and what was decided on it."""
        self.folder.remove(f"{DRAWINGS}/{place}.json")
        self.folder.remove(f"{REVIEWS}/{place}")

    def forget(self, owner: str) -> int:
        """Removes all that belongs to a key, and every trace of it.

        Args:
            owner: hash of the key.

        Returns:
            How many drawings there were.
        """
        count = len(self.places(owner))
        for folder in (DRAWINGS, REVIEWS):
            self.folder.remove(f"{folder}/{owner}")
        return count

    def reviews(self) -> dict[Place, int]:
        """The number of the last decision on each drawing that has one."""
        last: dict[Place, int] = {}
        for name in self.folder.names(REVIEWS):
            if match := REVIEW.fullmatch(name):
                place, number = Place.parse(match[1]), int(match[2])
                last[place] = max(number, last.get(place, 0))
        return last

    def read_review(self, place: Place, number: int) -> Review:
        """A decision; errors as :meth:`read`."""
        data = self.folder.read(f"{REVIEWS}/{place}/{number}.json")
        try:
            content = json.loads(data)
            height, width = content["size"]
            return Review(bool(content["accepted"]), read_objects(content["objects"], (height, width)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RecordError(f"This is no reviewer's decision: {str(error)[:200]}") from error

    def add_review(self, place: Place, review: Review, size: tuple[int, int], after: int = 0) -> int:
        """Notes a decision; nothing that was decided before is overwritten.

        Args:
            place: of the drawing.
            review: the decision.
            size: height and width of the drawing in pixels.
            after: number of the decision that the reviewer has seen, 0 where there was none.

        Returns:
            The decision's number.

        Raises:
            ReviewConflictError: there is a newer one.
        """
        content = {"accepted": review.accepted, "size": list(size), "objects": review.objects.to_json()}
        name = f"{REVIEWS}/{place}/{after + 1}.json"
        try:
            self.folder.create(name, json.dumps(content).encode(), datetime.now(UTC).date())
        except FileExistsError as error:
            raise ReviewConflictError("Somebody else has decided on this drawing meanwhile.") from error
        return after + 1

    def expire(self, today: date | None = None, days: int = RETENTION_DAYS) -> int:
        """Removes what was given more than so many days ago and not accepted since; how many drawings went."""
        oldest = (today or datetime.now(UTC).date()) - timedelta(days=days)
        reviews = self.reviews()
        old = [place for place in self.places() if place.day < oldest]
        gone = [place for place in old if not self._is_accepted(place, reviews.get(place, 0))]
        for place in gone:
            self.remove(place)
        self.folder.tidy()
        return len(gone)

    def _is_accepted(self, place: Place, number: int) -> bool:
        """Whether a decision, 0 for none, accepts a drawing; one that can't be read does not."""
        try:
            return number > 0 and self.read_review(place, number).accepted
        except (FileNotFoundError, RecordError):
            return False

    def accepted(self) -> Iterator[tuple[Place, Contribution, LabelledObjects]]:
        """Every drawing that a reviewer accepted, and what is on it by the last decision, the oldest first.

        What can't be read is passed over: one damaged file is not to keep the others back.
        """
        reviews = self.reviews()
        for place in self.places():
            if place not in reviews:
                continue
            try:
                review = self.read_review(place, reviews[place])
                if review.accepted:
                    yield place, self.read(place), review.objects
            except (FileNotFoundError, RecordError):  # deleted since the listing, or damaged
                continue
