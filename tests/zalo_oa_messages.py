"""What the OA sends to one person (zalo.md 3.3, 3.7, 3.9), and the echo of it."""

from collections.abc import Callable
from typing import Any, Final, Literal

from tests import zalo_oa_payloads as payloads
from tests.zalo_oa_payloads import Attached, Oa
from tests.zalo_oa_people import Message, People, Person
from tests.zalo_oa_rules import Content, Wrong, content, invalid, loose, only, recipient, word
from tests.zalo_oa_uploads import Kind, Uploads

FREE: Final = 48 * 3600
WINDOW: Final = 7 * 86_400
_ATTACHED: Final[dict[str, Attached]] = {"image": "image", "gif": "gif", "file": "file"}


class Messages(People):
    """Handlers `_do_<name>`: they return `data`, or raise `Wrong`."""

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
        self.strict = True
        self.uploads = Uploads(now=lambda: self.now())
        self.package: Literal["sub_quota", "purchase_quota", "reward_quota"] = "sub_quota"
        self.package_total = self.package_remaining = 100
        self.pays = True
        """What no package covers is charged; if False, it is refused with -211."""
        self.receive_limit: int | None = None
        """Messages one person takes in 24 hours before -218."""
        self.groups: set[str] = set()
        """GMF groups the OA has bought."""
        self.echoes = True

    @property
    def charged(self) -> int:
        """Messages that cost money: their answer had no `quota`."""
        return sum(not each.quota and not each.template for each in self.sent)

    async def _do_cs(self, body: dict[str, Any]) -> dict[str, Any]:
        only(body, ("recipient", "message"), "body")
        user = recipient(body)
        given = body.get("message")
        found = content(given) if self.strict else loose(given or {})
        person = self._reachable(user)
        message = self._made(user, found)
        quota = self._paid(person)
        message.quota = quota["quota_type"] if quota else ""
        self._shown(message)
        await self._echo(message, found)
        sent = {
            "message_id": message.id,
            "user_id": user,
            "sent_time": str(round(message.at * 1e3)),
        }
        return {**sent, "quota": quota} if quota else sent

    def _made(self, user: str, found: Content) -> Message:
        message = Message(
            self._next_id(), user, found.kind, found.text, found.buttons, form=found.form
        )
        message.picture = found.picture_url
        if found.attachment_id:
            kind: Literal["image", "gif"] = "gif" if found.kind == "gif" else "image"
            asset = self.uploads.used(found.attachment_id, kind, where="attachment_id")
            message.picture = asset.id
        if found.file_token:
            message.document = self.uploads.used(found.file_token, "file", where="token").filename
        if found.quotes and found.quotes not in {
            row.id for row in self.history if row.user == user
        }:
            raise invalid("quote_message_id")
        message.quote = found.quotes
        return message

    def _reachable(self, user: str) -> Person:
        """Return a person the OA may write to, whatever the window says."""
        person = self.people.get(user)
        if person is None:
            raise invalid("user_id")
        if person.blocked:
            raise Wrong(-217, "user has blocked invitations of the OA")
        if person.inactive:
            raise Wrong(-227, "user is banned or has been inactive for more than 45 days")
        if person.restricted:
            raise Wrong(-244, "user restricts this type of message")
        if person.left:
            raise Wrong(-213, "user has not followed the OA")
        return person

    def _paid(self, person: Person) -> dict[str, str] | None:
        """Return what covers this message; None if it is charged."""
        if self.receive_limit is not None and self._lately(person.id) >= self.receive_limit:
            raise Wrong(-218, "user has reached the limit of messages received")
        if person.last_interaction is None:
            raise Wrong(-232, "user has not interacted with the OA or it has expired")
        age = self.now() - person.last_interaction
        if age > WINDOW:
            raise Wrong(-230, "user has not interacted with the OA in the past 7 days")
        if age <= FREE:
            return {"quota_type": "reply" if person.last_did == "wrote" else "welcome_msg"}
        if self.package_remaining > 0:
            return self._from_package()
        if not self.pays:
            raise Wrong(-211, "out of quota")
        return None

    def _from_package(self) -> dict[str, str]:
        self.package_remaining -= 1
        owner = {"owner_type": "OA", "owner_id": self.oa.id}
        return {
            "quota_type": self.package,
            "remain": str(self.package_remaining),
            "total": str(self.package_total),
            "expired_date": "31/12/2030",
            **(owner if self.package == "purchase_quota" else {}),
        }

    def _lately(self, user: str) -> int:
        return sum(self.now() - message.at < 86_400 for message in self.seen(user))

    async def _echo(self, message: Message, found: Content) -> None:
        if not self.echoes:
            return
        shown: dict[str, Any] = {"msg_id": message.id}
        if message.text:
            shown["text"] = message.text
        if kind := _ATTACHED.get(found.kind):
            shown["attachments"] = [payloads.ATTACHMENTS[kind]]
        await self.push(
            payloads.oa_event(
                f"oa_send_{found.kind}", message.user, shown, at=self.now(), oa=self.oa
            )
        )

    async def _do_v2_message(self, body: dict[str, Any]) -> dict[str, Any]:
        """What v2 still does: reactions, anonymous people, broadcasts of articles."""
        match body:
            case {"recipient": {"user_id": str(user)}, "sender_action": dict(action), **rest} if (
                not rest
            ):
                return await self._react(user, action)
            case {"recipient": {"anonymous_id": str(anonymous)}, "message": {"text": str()}}:
                return await self._answer_anonymous(anonymous, body)
            case {"recipient": {"target": dict()}, "message": {"attachment": dict(), **rest}} if (
                not rest
            ):
                return {"message_id": self._next_id()}
        raise Wrong(-240, "this API was shut down, use v3")

    async def _react(self, user: str, action: dict[str, Any]) -> dict[str, Any]:
        only(action, ("react_icon", "react_message_id"), "sender_action")
        icon, number = word(action, "react_icon"), word(action, "react_message_id")
        self._reachable(user)
        if number not in {row.id for row in self.history if row.user == user}:
            raise invalid("react_message_id")
        shown = {"msg_id": number, "react_icon": icon}
        await self.push(
            payloads.oa_event("oa_reacted_message", user, shown, at=self.now(), oa=self.oa)
        )
        return {"message_id": self._next_id(), "user_id": user}

    async def _answer_anonymous(self, anonymous: str, body: dict[str, Any]) -> dict[str, Any]:
        given = body["recipient"]
        only(given, ("anonymous_id", "conversation_id"), "recipient")
        if self.anonymous.get(anonymous) != given.get("conversation_id"):
            raise invalid("conversation_id")
        found = content(body["message"])
        message = Message(self._next_id(), anonymous, "text", found.text, quota="reply")
        self._shown(message)
        shown = {"text": found.text, "msg_id": message.id} | {
            "conversation_id": given["conversation_id"]
        }
        name = "oa_send_anonymous_text"
        await self.push(payloads.oa_event(name, anonymous, shown, at=self.now(), oa=self.oa))
        return {"message_id": message.id, "user_id": anonymous}

    async def _do_shut_down(self, body: dict[str, Any]) -> dict[str, Any]:
        """/v3.0/oa/message/transaction and /promotion, since 2026-03-01."""
        raise Wrong(-240, "this API was shut down, use v3")

    async def _do_group(self, body: dict[str, Any]) -> dict[str, Any]:
        only(body, ("recipient", "message"), "body")
        group = word(only(body.get("recipient"), ("group_id",), "recipient"), "group_id")
        if not self.groups:
            raise Wrong(-224, "the OA's package has no groups")
        if group not in self.groups:
            raise invalid("group_id")
        text = word(only(body.get("message"), ("text",), "message"), "text", limit=2000)
        message = Message(self._next_id(), group, "text", text, quota="reply")
        self._shown(message)
        return {"message_id": message.id, "group_id": group}

    async def _do_upload_image(self, given: dict[str, Any]) -> dict[str, str]:
        return self._uploaded("image", given)

    async def _do_upload_gif(self, given: dict[str, Any]) -> dict[str, str]:
        return self._uploaded("gif", given)

    async def _do_upload_file(self, given: dict[str, Any]) -> dict[str, str]:
        return self._uploaded("file", given)

    def _uploaded(self, kind: Kind, given: dict[str, Any]) -> dict[str, str]:
        asset = self.uploads.store(kind, given.get("file"))
        return {"token" if kind == "file" else "attachment_id": asset.id}
