"""Invites and roles: the rules (`service`), the codes, and the conversation that takes a role."""

from handlers.roles.codes import Codes, new_codes
from handlers.roles.conversation import accept_invite, announce_end, end_role, flow
from handlers.roles.locking import suspend, unsuspend
from handlers.roles.saying import name_id, post, role_name, who
from handlers.roles.service import (
    MAY_GRANT,
    ROLES,
    VALID,
    VALID_ON_PAPER,
    WHOLE_COMMUNE,
    Denied,
    Ended,
    LastAdmin,
    MadeInvite,
    NeedsUnit,
    NotFound,
    acting_as,
    communes_of,
    cools_down,
    give_up_all,
    make_invite,
    revoke,
    wrong_code,
)

__all__ = [
    "MAY_GRANT",
    "ROLES",
    "VALID",
    "VALID_ON_PAPER",
    "WHOLE_COMMUNE",
    "Codes",
    "Denied",
    "Ended",
    "LastAdmin",
    "MadeInvite",
    "NeedsUnit",
    "NotFound",
    "accept_invite",
    "acting_as",
    "announce_end",
    "communes_of",
    "cools_down",
    "end_role",
    "flow",
    "give_up_all",
    "make_invite",
    "name_id",
    "new_codes",
    "post",
    "revoke",
    "role_name",
    "suspend",
    "unsuspend",
    "who",
    "wrong_code",
]
