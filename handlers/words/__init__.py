"""Reading what people type (N1-N14, U3, U4): pure functions, no clock, no I/O."""

from handlers.words.ages import says_under_age
from handlers.words.answers import (
    looks_courteous,
    looks_lost,
    plain_choice,
    read_done,
    read_yes_no,
    says_unknown,
)
from handlers.words.choices import (
    Close,
    Exact,
    Labelled,
    Match,
    NoMatch,
    Several,
    match_choice,
)
from handlers.words.dates import DateDoubt, DateRefused, read_date, say_date, say_short_date
from handlers.words.leftovers import unfold_typing, without_telex
from handlers.words.names import Found, Named, find_named
from handlers.words.numbers import (
    Count,
    Doubt,
    Percent,
    Refused,
    Unknown,
    read_count,
    read_percent,
    say_percent,
)
from handlers.words.secrets import looks_secret, mask_secrets
from handlers.words.shortening import cut, cut_list, few_of
from handlers.words.slips import looks_slipped
from handlers.words.spelling import say_number, say_number_in_words
from handlers.words.text import clean, clean_name, fold, may_say
from handlers.words.universal import Universal, universal
from handlers.words.urgency import (
    looks_asked_for_code,
    looks_despairing,
    looks_endangered,
    looks_taken_over,
    looks_urgent,
)

__all__ = [
    "Close",
    "Count",
    "DateDoubt",
    "DateRefused",
    "Doubt",
    "Exact",
    "Found",
    "Labelled",
    "Match",
    "Named",
    "NoMatch",
    "Percent",
    "Refused",
    "Several",
    "Universal",
    "Unknown",
    "clean",
    "clean_name",
    "cut",
    "cut_list",
    "few_of",
    "find_named",
    "fold",
    "looks_asked_for_code",
    "looks_courteous",
    "looks_despairing",
    "looks_endangered",
    "looks_lost",
    "looks_secret",
    "looks_slipped",
    "looks_taken_over",
    "looks_urgent",
    "mask_secrets",
    "match_choice",
    "may_say",
    "plain_choice",
    "read_count",
    "read_date",
    "read_done",
    "read_percent",
    "read_yes_no",
    "say_date",
    "say_number",
    "say_number_in_words",
    "say_percent",
    "say_short_date",
    "says_under_age",
    "says_unknown",
    "unfold_typing",
    "universal",
    "without_telex",
]
