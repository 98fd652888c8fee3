"""The commune's own BÁO CÁO to who stands above it (NĐ 30/2020; curriculum-facts §13).

Every number in it comes out of the totals or the registers, none is typed; what only the clerk can
know, as number, day and name of who signs, comes from the settings or is left to the clerk.
"""

from handlers.yearly.letter.contents import contents_of
from handlers.yearly.letter.ordering import order_letter
from handlers.yearly.letter.writing import Known

__all__ = ["Known", "contents_of", "order_letter"]
