"""Approved templates (zalo.md 3.8): to a user id, to a phone; paid, with no window."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from tests import zalo_oa_payloads as payloads
from tests.zalo_oa_messages import Messages
from tests.zalo_oa_payloads import Oa
from tests.zalo_oa_people import Message, Person
from tests.zalo_oa_rules import Wrong, length, only, phone, word

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Approved:
    """A template. `params`: its values by name, and the length Zalo allows each."""

    id: str
    params: dict[str, int] = field(default_factory=dict)
    tag: Literal[1, 2, 3] = 2
    """1 transaction, 2 customer care, 3 promotion."""
    by_uid: bool = True
    status: Literal["ENABLE", "PENDING_REVIEW", "REJECT", "DISABLE"] = "ENABLE"


class Templates(Messages):
    """`templates` are the approved ones: none until a test adds some."""

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
        self.templates: dict[str, Approved] = {}
        self.daily = self.daily_remaining = 500
        self.balance_is_empty = False
        """No money in the Zalo Cloud Account: -115, by user id -321."""
        self.admin_phones: set[str] = set()
        """Who may get a template in `"mode":"development"`."""
        self.tracked: dict[str, str] = {}
        """Message id -> tracking id."""

    def approve(self, template: Approved) -> None:
        self.templates[template.id] = template

    async def _do_template(self, body: dict[str, Any]) -> dict[str, Any]:
        """By user id."""
        only(body, ("user_id", "template_id", "template_data"), "body")
        user, template = word(body, "user_id"), self.templates.get(word(body, "template_id"))
        if template is None or template.status != "ENABLE":
            raise Wrong(-201, "template_id is invalid!")
        if not template.by_uid:
            raise Wrong(-249, "template cannot be sent by user id")
        _check(template, body.get("template_data"), code=-201)
        if template.tag == 3 and self._is_night():
            raise Wrong(-234, "not allowed at night")
        self._reachable(user)
        if self.balance_is_empty:
            raise Wrong(-321, "no money in Zalo Cloud Account")
        message = self._deliver(user, template, body["template_data"], no_quota=-211)
        return {
            "message_id": message.id,
            "user_id": user,
            "sent_time": str(round(message.at * 1000)),
            "quota": self._daily(),
        }

    async def _do_zbs_phone(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_zbs(body, "phone")
        number = phone_of(body)
        return await self._by_phone(body, (p for p in self.people.values() if p.phone == number))

    async def _do_zbs_hashphone(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_zbs(body, "hash_phone")
        given = word(body, "hash_phone")
        return await self._by_phone(
            body, (p for p in self.people.values() if p.phone and hashed(p.phone) == given)
        )

    def _check_zbs(self, body: dict[str, Any], who: str) -> None:
        known = (who, "template_id", "template_data", "tracking_id", "sending_mode", "mode")
        only(body, known, "body")
        tracking = word(body, "tracking_id")
        if length(tracking) > 48 or body.get("sending_mode", "1") not in ("1", "3"):
            raise Wrong(-112, "tracking_id or sending_mode is invalid")
        if body.get("mode", "development") != "development":
            raise Wrong(-112, "mode is invalid")

    async def _by_phone(self, body: dict[str, Any], found: Iterable[Person]) -> dict[str, Any]:
        template = self.templates.get(word(body, "template_id"))
        if template is None:
            raise Wrong(-109, "template id is invalid")
        if template.status != "ENABLE":
            raise Wrong(-131, "template is not approved")
        _check(template, body.get("template_data"), code=-1122)
        if template.tag == 3 and self._is_night():
            raise Wrong(-133, "not allowed at night")
        person = _reached(next(iter(found), None))
        if body.get("mode") and person.phone not in self.admin_phones:
            raise Wrong(-127, "a test goes to the admins only")
        if self.balance_is_empty:
            raise Wrong(-115, "out of balance")
        message = self._deliver(person.id, template, body["template_data"], no_quota=-144)
        await self._receipt(message, person.phone, body["tracking_id"])
        sent = str(round(message.at * 1000))
        return {"msg_id": message.id, "sent_time": sent, "quota": self._daily()}

    def _deliver(
        self, user: str, template: Approved, values: dict[str, Any], *, no_quota: int
    ) -> Message:
        if self.daily_remaining <= 0:
            raise Wrong(no_quota, "out of daily quota")
        self.daily_remaining -= 1
        message = Message(self._next_id(), user, "template", template=template.id)
        message.template_data = dict(values)
        self._shown(message)
        return message

    async def _receipt(self, message: Message, number: str, tracking: str) -> None:
        self.tracked[message.id] = tracking
        event = payloads.template_received_event(
            number, msg_id=message.id, tracking_id=tracking, at=self.now(), oa=self.oa
        )
        await self.push(event, headers={"X-ZEvent-Server": "ZNS"})

    async def _do_zbs_status(self, given: dict[str, Any]) -> dict[str, Any]:
        number = given.get("message_id")
        for message in self.sent:
            if message.id == number and number in self.tracked:
                arrived = str(round(message.at * 1000))
                return {"delivery_time": arrived, "status": 1, "message": "delivered"}
        raise Wrong(-112, "message_id is invalid")

    async def _do_zbs_quota(self, given: dict[str, Any]) -> dict[str, Any]:
        return self._daily()

    async def _do_zbs_all(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        start, count = int(given.get("offset", 0)), int(given.get("limit", 100))
        wanted = {"1": "ENABLE", "2": "PENDING_REVIEW", "3": "REJECT", "4": "DISABLE"}
        status = wanted.get(str(given.get("status", "")))
        shown = [t for t in self.templates.values() if status in (None, t.status)]
        return [_described(template) for template in shown[start : start + count]]

    async def _do_zbs_info(self, given: dict[str, Any]) -> dict[str, Any]:
        template = self.templates.get(str(given.get("template_id")))
        if template is None:
            raise Wrong(-109, "template id is invalid")
        params = [
            {"name": name, "require": True, "type": "STRING", "maxLength": limit}
            for name, limit in template.params.items()
        ]
        return {**_described(template), "listParams": params}

    def _daily(self) -> dict[str, str]:
        return {"dailyQuota": str(self.daily), "remainingQuota": str(self.daily_remaining)}

    def _is_night(self) -> bool:
        return not 6 <= datetime.fromtimestamp(self.now(), LOCAL).hour < 22


def hashed(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()


def phone_of(body: dict[str, Any]) -> str:
    try:
        return phone(body, "phone")
    except Wrong as wrong:
        raise Wrong(-108, "phone number is invalid") from wrong


def _reached(person: Person | None) -> Person:
    if person is None:
        raise Wrong(-118, "Zalo account does not exist")
    if person.inactive:
        raise Wrong(-119, "Zalo account cannot receive")
    if person.restricted:
        raise Wrong(-139, "user refuses this type of message")
    if person.blocked:
        raise Wrong(-141, "user refuses messages of this OA")
    return person


def _check(template: Approved, given: Any, *, code: int) -> None:
    if not isinstance(given, dict) or set(given) != set(template.params):
        raise Wrong(code, "template_data is invalid!")
    for name, limit in template.params.items():
        value = given[name]
        if not isinstance(value, str) or not 0 < length(value) <= limit:
            raise Wrong(code, f"template_data.{name} is invalid!")


def _described(template: Approved) -> dict[str, Any]:
    return {
        "templateId": template.id,
        "templateName": f"Mẫu {template.id}",
        "status": template.status,
        "templateTag": {1: "TRANSACTION", 2: "CUSTOMER_CARE", 3: "PROMOTION"}[template.tag],
    }
