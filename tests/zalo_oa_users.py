"""What the OA may ask about its people (zalo.md 3.6, 3.7): details, lists, tags, talk, itself."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from tests import zalo_oa_payloads as payloads
from tests.zalo_oa_payloads import Oa
from tests.zalo_oa_people import Person, Row
from tests.zalo_oa_rules import Wrong, invalid, only, over, word
from tests.zalo_oa_templates import LOCAL, Templates

_MAX_OFFSET: Final = 9951
_STORED: Final = ("user_id", "user_alias", "user_external_id", "shared_info")


class Users(Templates):
    """GET handlers get what the one query parameter `data` holds."""

    def __init__(
        self,
        oa: Oa,
        secret_key: str,
        *,
        now: Callable[[], float],
        retry_factor: float,
        deadline: float,
    ) -> None:
        super().__init__(oa, secret_key, now=now, retry_factor=retry_factor, deadline=deadline)
        self.quota_shape: Literal["list", "asset"] = "list"
        """The list of quota/message alone, or under `asset`."""
        self.tags: list[str] = []
        self.profile: dict[str, Any] = {
            "oa_id": oa.id,
            "name": "Học vụ số",
            "oa_type": 4,
            "is_verified": True,
            "package_name": "Nâng cao",
            "package_valid_through_date": "31/12/2030",
            "linked_ZCA": "example",
        }
        """What getoa says, without `num_follower`."""

    async def _do_getoa(self, given: dict[str, Any]) -> dict[str, Any]:
        return {**self.profile, "num_follower": sum(p.follows for p in self.people.values())}

    async def _do_detail(self, given: dict[str, Any]) -> dict[str, Any]:
        only(given, ("user_id",), "data")
        person = self._known(given)
        return {
            "user_id": person.id,
            "user_id_by_app": payloads.id_by_app(person.id),
            "user_external_id": person.about.get("user_external_id", ""),
            "display_name": person.name,
            "user_alias": person.about.get("user_alias", person.name),
            "is_sensitive": person.is_sensitive,
            "user_last_interaction_date": _day(person).strftime("%d/%m/%Y"),
            "user_is_follower": person.follows,
            "avatar": "https://media.example/face.jpg",
            "avatars": {size: f"https://media.example/{size}.jpg" for size in ("120", "240")},
            "tags_and_notes_info": {"notes": [], "tag_names": list(person.tags)},
            "shared_info": person.about.get("shared_info", {}),
        }

    async def _do_getlist(self, given: dict[str, Any]) -> dict[str, Any]:
        known = ("offset", "count", "last_interaction_period", "is_follower", "tag_name")
        only(given, known, "data")
        offset, count = _number(given, "offset", _MAX_OFFSET), _number(given, "count", 50)
        if not count:
            raise invalid("count")
        found = [person.id for person in self._interacted_people() if self._fits(person, given)]
        return {
            "total": len(found),
            "count": count,
            "offset": offset,
            "users": [{"user_id": user} for user in found[offset : offset + count]],
        }

    def _fits(self, person: Person, given: dict[str, Any]) -> bool:
        follower = given.get("is_follower")
        if follower not in (None, "true", "false"):
            raise invalid("is_follower")
        if follower is not None and person.follows != (follower == "true"):
            return False
        if "tag_name" in given and given["tag_name"] not in person.tags:
            return False
        return self._in_period(person, given.get("last_interaction_period"))

    def _in_period(self, person: Person, period: Any) -> bool:
        if period is None:
            return True
        today = datetime.fromtimestamp(self.now(), LOCAL).date()
        back = {"TODAY": (0, 0), "YESTERDAY": (1, 1), "L7D": (7, 0), "L30D": (30, 0)}.get(period)
        if back is not None:
            first, last = (today - timedelta(days=days) for days in back)
        else:
            first, last = _between(period)
        return first <= _day(person) <= last

    async def _do_update(self, body: dict[str, Any]) -> None:
        only(body, _STORED, "body")
        person = self._known(body)
        person.about |= {name: value for name, value in body.items() if name != "user_id"}

    async def _do_forget(self, body: dict[str, Any]) -> None:
        only(body, ("user_id",), "body")
        person = self._known(body)
        person.about, person.tags = {}, []

    async def _do_tag(self, body: dict[str, Any]) -> None:
        only(body, ("user_id", "tag_name"), "body")
        person, tag = self._known(body), word(body, "tag_name")
        if tag not in self.tags:
            self.tags.append(tag)
        if tag not in person.tags:
            person.tags.append(tag)
        await self._tagged("add_user_to_tag", tag, [person.id])

    async def _do_untag(self, body: dict[str, Any]) -> None:
        only(body, ("user_id", "tag_name"), "body")
        person, tag = self._known(body), word(body, "tag_name")
        if tag not in person.tags:
            raise invalid("tag_name")
        person.tags.remove(tag)
        await self._tagged("remove_user_from_tag", tag, [person.id])

    async def _do_rmtag(self, body: dict[str, Any]) -> None:
        tag = word(only(body, ("tag_name",), "body"), "tag_name")
        if tag not in self.tags:
            raise invalid("tag_name")
        self.tags.remove(tag)
        for person in self.people.values():
            person.tags = [each for each in person.tags if each != tag]
        await self._tagged("remove_tag", tag, [])

    async def _do_tags(self, given: dict[str, Any]) -> list[str]:
        return list(self.tags)

    async def _tagged(
        self,
        name: Literal["add_user_to_tag", "remove_user_from_tag", "remove_tag"],
        tag: str,
        users: list[str],
    ) -> None:
        await self.push(payloads.tag_event(name, tag, users, at=self.now(), oa=self.oa))

    async def _do_conversation(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        only(given, ("user_id", "offset", "count"), "data")
        person = self._known(given)
        return self._rows([row for row in self.history if row.user == person.id], given)

    async def _do_recent(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        only(given, ("offset", "count"), "data")
        newest = {row.user: row for row in self.history}
        return self._rows(sorted(newest.values(), key=lambda row: row.at), given)

    def _rows(self, rows: list[Row], given: dict[str, Any]) -> list[dict[str, Any]]:
        offset, count = _number(given, "offset", _MAX_OFFSET), _number(given, "count", 10)
        return [self._row(row) for row in rows[::-1][offset : offset + count]]

    def _row(self, row: Row) -> dict[str, Any]:
        ends = (row.user, self.oa.id) if row.from_user else (self.oa.id, row.user)
        return {
            "src": 1 if row.from_user else 0,
            "time": round(row.at * 1000),
            "type": row.type,
            "message": row.text,
            "message_id": row.id,
            "from_id": ends[0],
            "to_id": ends[1],
        }

    async def _do_quota(self, body: dict[str, Any]) -> Any:
        if "user_id" in body:
            return self._quota_of(self._known(only(body, ("user_id",), "body")))
        only(body, ("quota_owner", "product_type", "quota_type"), "body")
        if body.get("quota_owner") != "OA" or body.get("product_type") != "cs":
            raise invalid("quota_owner")
        assets = [
            {
                "asset_id": "example-asset",
                "product_type": "cs",
                "quota_type": self.package,
                "valid_through": "31/12/2030",
                "total": self.package_total,
                "remain": self.package_remaining,
            }
        ]
        wanted = [each for each in assets if each["quota_type"] == body.get("quota_type")]
        return wanted if self.quota_shape == "list" else {"asset": wanted}

    def _quota_of(self, person: Person) -> dict[str, Any]:
        # Without `cs_reply`: it is no longer returned since 2026-03-01.
        last = person.last_interaction
        return {
            "last_interaction": str(round(last * 1000)) if last is not None else "",
            "promotion": {
                "daily_remain": 0,
                "daily_total": 1,
                "monthly_remain": 4,
                "monthly_total": 6,
            },
        }

    def _known(self, given: dict[str, Any]) -> Person:
        person = self.people.get(word(given, "user_id"))
        if person is None:
            raise invalid("user_id")
        if person.last_interaction is None:
            raise Wrong(-232, "user has not interacted with the OA")
        return person

    def _interacted_people(self) -> list[Person]:
        found = [each for each in self.people.values() if each.last_interaction is not None]
        return sorted(found, key=lambda person: person.id)


def _number(given: dict[str, Any], name: str, most: int) -> int:
    value = given.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise invalid(name)
    if value > most:
        raise over(name, most)
    return value


def _between(period: Any) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(day.replace("_", "-")) for day in period.split(":"))
    except (AttributeError, ValueError) as error:
        raise invalid("last_interaction_period") from error
    return first, last


def _day(person: Person) -> date:
    return datetime.fromtimestamp(person.last_interaction or 0, LOCAL).date()
