"""Every event of zalo.md 3.10 and its variants, as the files of tests/channels/zalo_oa.

`python -m tests.zalo_oa_samples` writes the files anew; a test compares them.
"""

import json
from pathlib import Path
from typing import Any, Final, get_args

from tests import zalo_oa_payloads as payloads
from tests.zalo_oa_payloads import OA, Attached, Event, Source

FOLDER: Final = Path(__file__).parent / "channels" / "zalo_oa"
USER: Final = "246845883529197922"
ADMIN: Final = "7654321098765432101"
ANONYMOUS: Final = "anonymous-0123456789abcdef"
GROUP: Final = "f414c8f76fa586fbdfb4"
MSG: Final = "96d3cdf3af150460909"
AT: Final = 1_798_700_400.123

_WHEN: Final[dict[str, Any]] = {"at": AT}
_MINE: Final[dict[str, Any]] = {"msg_id": MSG, "at": AT}


def samples() -> dict[str, Event]:
    """Return each file's name without its ending, and its content."""
    return {
        "probe": {},
        "unknown_future_event": payloads.user_event(
            "user_raises_hand", USER, **_WHEN, hand={"side": "left"}
        ),
        **_texts(),
        **_attachments(),
        **_people(),
        **_receipts(),
        **_echoes(),
        **_anonymous(),
        **_management(),
    }


def _texts() -> dict[str, Event]:
    text = payloads.text_event(USER, "Xin chào", **_MINE)
    without = {**text, "message": {"text": "Xin chào"}}
    numbers = {
        **text,
        "app_id": int(OA.app_id),
        "sender": {"id": int(USER)},
        "user_id_by_app": int(text["user_id_by_app"]),
        "recipient": {"id": int(OA.id)},
        "timestamp": int(text["timestamp"]),
    }
    return {
        "user_send_text": text,
        "user_send_text_without_msg_id": without,
        "user_send_text_ids_as_numbers": numbers,
        "user_send_text_button": payloads.text_event(USER, "#k7Qm2xAb1", **_MINE),
        "user_send_text_quote": payloads.text_event(
            USER, "Tôi chưa hiểu câu này", **_MINE, quote_msg_id="96d3cdf3af150460001"
        ),
    }


def _attachments() -> dict[str, Event]:
    kinds: tuple[Attached, ...] = get_args(Attached)
    return {
        **{f"user_send_{kind}": payloads.attachment_event(USER, kind, **_MINE) for kind in kinds},
        "user_send_image_with_text": payloads.attachment_event(
            USER, "image", **_MINE, text="Ảnh lớp học"
        ),
        "user_send_location_older": payloads.older_location_event(USER, **_MINE),
    }


def _people() -> dict[str, Event]:
    sources: tuple[Source, ...] = get_args(Source)
    name, phone = "Trần Thị Ví Dụ", "84900000001"
    withdraw = payloads.withdraw_event(USER, **_WHEN)
    return {
        **{
            f"follow_{source}": payloads.follow_event(USER, source=source, **_WHEN)
            for source in sources
        },
        "unfollow": payloads.unfollow_event(USER, **_WHEN),
        "user_submit_info": payloads.submit_info_event(USER, name, phone, **_WHEN),
        "user_submit_info_older": payloads.older_submit_info_event(USER, name, phone, **_WHEN),
        "user_click_chatnow": payloads.chatnow_event(USER, **_WHEN),
        "user_withdraw": withdraw,
        "user_withdraw_with_sender": payloads.user_event("user_withdraw", USER, **_WHEN),
    }


def _receipts() -> dict[str, Event]:
    return {
        "user_received_message": payloads.received_event(USER, **_MINE),
        "user_received_message_template": payloads.template_received_event(
            "84900000001", tracking_id="outbox-17", **_MINE
        ),
        "user_seen_message": payloads.seen_event(USER, [MSG, "96d3cdf3af150460910"], **_WHEN),
        "user_reacted_message": payloads.reacted_event(USER, MSG, **_WHEN),
        "oa_reacted_message": payloads.oa_event(
            "oa_reacted_message", USER, {"msg_id": MSG, "react_icon": "/-strong"}, **_WHEN
        ),
    }


def _echoes() -> dict[str, Event]:
    attached: dict[str, Attached] = {
        "image": "image",
        "gif": "gif",
        "list": "link",
        "file": "file",
        "sticker": "sticker",
    }
    return {
        "oa_send_text": payloads.echo_event(USER, "Bài 1", **_MINE),
        "oa_send_text_by_admin": payloads.echo_event(
            USER, "Xin gọi lại sau", admin_id=ADMIN, **_MINE
        ),
        "oa_send_text_by_admin_done": payloads.echo_event(USER, "/xong", admin_id=ADMIN, **_MINE),
        **{
            f"oa_send_{name}": payloads.oa_event(f"oa_send_{name}", USER, _holding(kind), **_WHEN)
            for name, kind in attached.items()
        },
        "oa_send_image_by_admin": payloads.oa_event(
            "oa_send_image", USER, _holding("image"), admin_id=ADMIN, **_WHEN
        ),
    }


def _anonymous() -> dict[str, Event]:
    where = "conversation-0123456789abcdef"
    sent: dict[str, Event] = {
        "anonymous_send_text": payloads.anonymous_event(
            "text", ANONYMOUS, where, text="Xin hỏi", **_MINE
        ),
        "anonymous_send_image": payloads.anonymous_event("image", ANONYMOUS, where, **_MINE),
        "anonymous_send_file": payloads.anonymous_event("file", ANONYMOUS, where, **_MINE),
        "anonymous_send_sticker": payloads.anonymous_event("sticker", ANONYMOUS, where, **_MINE),
    }
    for name, event in list(sent.items()):
        echo = name.replace("anonymous_send", "oa_send_anonymous")
        sent[echo] = payloads.oa_event(echo, ANONYMOUS, event["message"], **_WHEN)
        del sent[echo]["user_id_by_app"]
    return sent


def _management() -> dict[str, Event]:
    who: dict[str, Any] = {"user_id": USER}
    text: dict[str, Any] = {
        "sender": {"id": USER},
        "message": {"text": "Chào cả nhóm", "msg_id": MSG},
    }
    return {
        "add_user_to_tag": payloads.tag_event("add_user_to_tag", "xom-05", [USER], **_WHEN),
        "remove_user_from_tag": payloads.tag_event(
            "remove_user_from_tag", "xom-05", [USER], **_WHEN
        ),
        "remove_tag": payloads.tag_event("remove_tag", "xom-05", [], **_WHEN),
        "create_group": payloads.group_event("create_group", GROUP, **_WHEN),
        "user_join_group": payloads.group_event("user_join_group", GROUP, **_WHEN, **who),
        "user_out_group": payloads.group_event("user_out_group", GROUP, **_WHEN, **who),
        "user_leave_group": payloads.group_event("user_leave_group", GROUP, **_WHEN, **who),
        "user_send_group_text": payloads.group_event(
            "user_send_group_text", GROUP, **_WHEN, **text
        ),
        "change_template_status": payloads.template_status_event(
            "123456", "PENDING_REVIEW", "ENABLE", **_WHEN
        ),
        "change_oa_daily_quota": payloads.daily_quota_event(500, 5000, **_WHEN),
    }


def _holding(kind: Attached) -> dict[str, Any]:
    return {"msg_id": MSG, "attachments": [payloads.ATTACHMENTS[kind]]}


def written(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, event in samples().items():
        (FOLDER / f"{name}.json").write_text(written(event), "utf-8")
