"""The payload files hold every event of zalo.md 3.10, as its builder makes it."""

import json

import pytest

from tests.zalo_oa_samples import FOLDER, samples, written

EVENTS = """
user_send_text user_send_image user_send_gif user_send_link user_send_video user_send_audio
user_send_file user_send_location user_send_sticker user_send_business_card follow unfollow
user_submit_info user_click_chatnow user_received_message user_seen_message user_reacted_message
oa_reacted_message oa_send_text oa_send_image oa_send_gif oa_send_list oa_send_file oa_send_sticker
anonymous_send_text anonymous_send_image anonymous_send_file anonymous_send_sticker
oa_send_anonymous_text oa_send_anonymous_image oa_send_anonymous_file oa_send_anonymous_sticker
add_user_to_tag remove_user_from_tag remove_tag user_withdraw create_group user_join_group
user_out_group user_leave_group user_send_group_text change_template_status change_oa_daily_quota
"""


def test_there_is_a_file_for_every_event() -> None:
    files = [json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")]
    names = {each.get("event_name", "") for each in files}
    assert names - {"", "user_raises_hand"} == set(EVENTS.split())


def test_there_is_no_file_without_a_builder() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(samples())


@pytest.mark.parametrize("name", samples())
def test_a_file_is_what_its_builder_makes(name: str) -> None:
    """`python -m tests.zalo_oa_samples` writes them anew."""
    assert (FOLDER / f"{name}.json").read_text("utf-8") == written(samples()[name])


@pytest.mark.parametrize("name", sorted(set(samples()) - {"probe"}))
def test_everybodys_ids_and_times_are_strings(name: str) -> None:
    """Beyond 2^53 a number would not survive every reader; one file has them as numbers."""
    event = samples()[name]
    if name != "user_send_text_ids_as_numbers":
        assert isinstance(event["timestamp"], str)
        assert isinstance(event["app_id"], str)
