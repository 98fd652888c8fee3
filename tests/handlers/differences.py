"""What cannot be the same on every channel, and why; and what should be and is not yet.

Test -> channel -> reason.
"""

from collections.abc import Mapping
from typing import Final

_TYPED: Final = "a typed number answers whatever is open, a button only its own question"
_NO_CARDS: Final = "no contact cards are sent to the program"
_NO_GROUPS: Final = "there are no groups"
_SILENT: Final = "after months of silence nobody is written to there"

NATURE: Final[Mapping[str, Mapping[str, str]]] = {
    "test_a_button_pressed_twice_answers_once": {"zalo_bot": _TYPED, "console": _TYPED},
    "test_a_contact_is_not_an_identity": {
        "zalo_bot": _NO_CARDS,
        "web_chat": _NO_CARDS,
        "console": _NO_CARDS,
    },
    "test_a_stranger_counts_for_nothing_in_a_group": {
        "zalo_oa": _NO_GROUPS,
        "web_chat": _NO_GROUPS,
        "console": _NO_GROUPS,
    },
    **{
        test: dict.fromkeys(("zalo_oa", "zalo_bot", "web_chat", "console"), _SILENT)
        for test in (
            "test_an_own_deadline_goes_to_whom_it_asks_on_its_days",
            "test_a_hamlet_that_is_there_later_is_asked_too",
            "test_plans_are_asked_for_in_july_without_anybody_setting_it",
            "test_who_says_the_plan_was_sent_rests_until_an_officer_has_looked",
        )
    },
}
"""Natural differences: the test is not held there."""
