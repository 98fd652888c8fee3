"""Every event of Zalo OA's webhook (zalo.md 3.10) as the dict it is: pure, no network.

    text_event("246845883529197922", "Xin chào", msg_id="96d3cdf3af150460909", at=time.time())

`at` is seconds since 1970 and becomes `timestamp`, a string of milliseconds. Where zalo.md gives
no payload (groups, tags, withdrawal) the outer shape is a guess: nothing may depend on it.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

Event = dict[str, Any]

Source = Literal["oa_profile", "message_invite", "social_plugin"]
Attached = Literal[
    "image", "gif", "link", "video", "audio", "file", "location", "sticker", "business_card"
]


class Oa(NamedTuple):
    id: str
    app_id: str


OA: Final = Oa(id="388613280878808645", app_id="360846524940903967")

_MEDIA: Final = "https://media.example"
ATTACHMENTS: Final[dict[Attached, dict[str, Any]]] = {
    "image": {
        "type": "image",
        "payload": {"thumbnail": f"{_MEDIA}/small.jpg", "url": f"{_MEDIA}/photo.jpg"},
    },
    "gif": {
        "type": "gif",
        "payload": {"thumbnail": f"{_MEDIA}/small.gif", "url": f"{_MEDIA}/photo.gif"},
    },
    "link": {
        "type": "link",
        "payload": {
            "thumbnail": f"{_MEDIA}/small.jpg",
            "description": "Trang tin của xã",
            "url": "https://page.example/tin",
        },
    },
    "video": {
        "type": "video",
        "payload": {
            "url": f"{_MEDIA}/film.mp4",
            "thumbnail": f"{_MEDIA}/small.jpg",
            "description": "",
        },
    },
    "audio": {"type": "audio", "payload": {"url": f"{_MEDIA}/voice.amr"}},
    "file": {
        "type": "file",
        "payload": {
            "size": "48123",
            "name": "Danh sách lớp.docx",
            "checksum": "0123456789abcdef0123456789abcdef",
            "type": "docx",
            "url": f"{_MEDIA}/list.docx",
        },
    },
    "location": {
        "type": "location",
        "payload": {"coordinates": {"latitude": "20.25", "longitude": "106.45"}},
    },
    "sticker": {"type": "sticker", "payload": {"url": f"{_MEDIA}/sticker.png", "id": "34006"}},
    "business_card": {
        "type": "link",
        "payload": {
            "thumbnail": f"{_MEDIA}/face.jpg",
            "description": json.dumps({"phone": "84900000002", "qrCodeUrl": f"{_MEDIA}/qr.jpg"}),
            "url": "https://page.example/card",
        },
    },
}


def id_by_app(user: str) -> str:
    """Return the same person's other id, the one of the app."""
    return "55" + str(int(hashlib.sha256(user.encode()).hexdigest()[:13], 16)).zfill(16)


def user_event(name: str, user: str, *, at: float, oa: Oa = OA, **fields: Any) -> Event:
    return {
        "app_id": oa.app_id,
        "sender": {"id": user},
        "user_id_by_app": id_by_app(user),
        "recipient": {"id": oa.id},
        "event_name": name,
        **fields,
        "timestamp": _milliseconds(at),
    }


def text_event(
    user: str, text: str, *, msg_id: str, at: float, quote_msg_id: str = "", oa: Oa = OA
) -> Event:
    """Return what typing gives, and pressing a button: `text` is the button's payload then."""
    quote = {"quote_msg_id": quote_msg_id} if quote_msg_id else {}
    message = {"text": text, "msg_id": msg_id, **quote}
    return user_event("user_send_text", user, at=at, oa=oa, message=message)


def attachment_event(
    user: str, kind: Attached, *, msg_id: str, at: float, text: str = "", oa: Oa = OA
) -> Event:
    message: dict[str, Any] = {"msg_id": msg_id, "attachments": [ATTACHMENTS[kind]]}
    if text:
        message["text"] = text
    return user_event(f"user_send_{kind}", user, at=at, oa=oa, message=message)


def follow_event(user: str, *, at: float, source: Source = "oa_profile", oa: Oa = OA) -> Event:
    return _management("follow", at, oa) | {
        "follower": {"id": user},
        "user_id_by_app": id_by_app(user),
        "source": source,
    }


def unfollow_event(user: str, *, at: float, source: Source = "oa_profile", oa: Oa = OA) -> Event:
    return {**follow_event(user, at=at, source=source, oa=oa), "event_name": "unfollow"}


def submit_info_event(
    user: str, name: str, phone: str, *, at: float, oa: Oa = OA, **more: Any
) -> Event:
    info = {
        "name": name,
        "phone": phone,
        "user_dob": "01/01/1960",
        "gender": "2",
        "full_address": {
            "user_city": "Ninh Bình",
            "user_ward": "Xã Giao Minh",
            "user_address": "Xóm 5",
        },
        **more,
    }
    return user_event("user_submit_info", user, at=at, oa=oa, info=info)


def older_submit_info_event(user: str, name: str, phone: str, *, at: float, oa: Oa = OA) -> Event:
    info = {
        "name": name,
        "phone": phone,
        "address": "Xóm 5",
        "city": "Ninh Bình",
        "district": "Giao Thủy",
    }
    return user_event("user_submit_info", user, at=at, oa=oa, info=info)


def older_location_event(user: str, *, msg_id: str, at: float, oa: Oa = OA) -> Event:
    place = {"latitude": "20.25", "longitude": "106.45"}
    message = {"msg_id": msg_id, "location": place}
    return user_event("user_send_location", user, at=at, oa=oa, message=message)


def chatnow_event(user: str, *, at: float, oa: Oa = OA) -> Event:
    return _management("user_click_chatnow", at, oa) | {
        "user_id": user,
        "user_id_by_app": id_by_app(user),
    }


def received_event(user: str, *, msg_id: str, at: float, oa: Oa = OA) -> Event:
    return user_event("user_received_message", user, at=at, oa=oa, message={"msg_id": msg_id})


def template_received_event(
    phone: str, *, msg_id: str, tracking_id: str, at: float, oa: Oa = OA
) -> Event:
    """Return the receipt of a template sent by phone; its header is `X-ZEvent-Server: ZNS`."""
    return {
        "app_id": oa.app_id,
        "sender": {"id": oa.id},
        "recipient": {"id": phone},
        "event_name": "user_received_message",
        "message": {
            "delivery_time": _milliseconds(at),
            "msg_id": msg_id,
            "tracking_id": tracking_id,
        },
        "timestamp": _milliseconds(at),
    }


def seen_event(user: str, msg_ids: Sequence[str], *, at: float, oa: Oa = OA) -> Event:
    message = {"msg_ids": list(msg_ids)}
    return user_event("user_seen_message", user, at=at, oa=oa, message=message)


def reacted_event(
    user: str, msg_id: str, *, at: float, icon: str = "/-strong", oa: Oa = OA
) -> Event:
    message = {"msg_id": msg_id, "react_icon": icon}
    return user_event("user_reacted_message", user, at=at, oa=oa, message=message)


def oa_event(
    name: str,
    user: str,
    message: dict[str, Any],
    *,
    at: float,
    admin_id: str = "",
    oa: Oa = OA,
) -> Event:
    """Return an echo. `admin_id`: a human wrote it in the OA's own chat."""
    admin = {"admin_id": admin_id} if admin_id else {}
    return {
        "app_id": oa.app_id,
        "sender": {"id": oa.id, **admin},
        "user_id_by_app": id_by_app(user),
        "recipient": {"id": user},
        "event_name": name,
        "message": message,
        "timestamp": _milliseconds(at),
    }


def echo_event(
    user: str, text: str, *, msg_id: str, at: float, admin_id: str = "", oa: Oa = OA
) -> Event:
    message = {"text": text, "msg_id": msg_id}
    return oa_event("oa_send_text", user, message, at=at, admin_id=admin_id, oa=oa)


def anonymous_event(
    kind: Literal["text", "image", "file", "sticker"],
    anonymous: str,
    conversation: str,
    *,
    msg_id: str,
    at: float,
    text: str = "",
    oa: Oa = OA,
) -> Event:
    content = {"text": text} if kind == "text" else {"attachments": [ATTACHMENTS[kind]]}
    message = {**content, "msg_id": msg_id, "conversation_id": conversation}
    event = user_event(f"anonymous_send_{kind}", anonymous, at=at, oa=oa, message=message)
    del event["user_id_by_app"]
    return event


def tag_event(
    name: Literal["add_user_to_tag", "remove_user_from_tag", "remove_tag"],
    tag: str,
    users: Sequence[str],
    *,
    at: float,
    oa: Oa = OA,
) -> Event:
    return _management(name, at, oa) | {"tag": {"user_ids": list(users), "name": tag}}


def withdraw_event(user: str, *, at: float, oa: Oa = OA) -> Event:
    return _management("user_withdraw", at, oa) | {
        "user_id": user,
        "user_id_by_app": id_by_app(user),
    }


def group_event(name: str, group: str, *, at: float, oa: Oa = OA, **fields: Any) -> Event:
    return _management(name, at, oa) | {"group_id": group, **fields}


def template_status_event(template: str, old: str, new: str, *, at: float, oa: Oa = OA) -> Event:
    status = {"prev_status": old, "new_status": new}
    return _management("change_template_status", at, oa) | {
        "template_id": template,
        "reason": "",
        "status": status,
    }


def daily_quota_event(old: int, new: int, *, at: float, oa: Oa = OA) -> Event:
    quota = {"prev_quota": str(old), "new_quota": str(new)}
    return _management("change_oa_daily_quota", at, oa) | {"quota": quota}


def _management(name: str, at: float, oa: Oa) -> Event:
    return {
        "oa_id": oa.id,
        "app_id": oa.app_id,
        "event_name": name,
        "timestamp": _milliseconds(at),
    }


def _milliseconds(at: float) -> str:
    return str(round(at * 1000))
