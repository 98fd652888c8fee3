"""What sections of the commune's report are called."""

from handlers.texts import Texts
from handlers.yearly.gathering import Gathered


def named_section(texts: Texts, gathered: Gathered, section: str) -> str:
    """As the report heads it: "II.5. Xã hội số"."""
    if not section:
        return texts["yearly.section_none"]
    whole, _, part = section.partition(".")
    if part:
        return f"{section}. {texts[f'letter.part_{part}']}"
    following = texts.say(f"letter.next_{gathered.period.occasion}", next=gathered.period.year + 1)
    return f"{whole}. {texts.say(f'letter.section_{whole}', next=following)}"
