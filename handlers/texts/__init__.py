"""Every sentence the bot can say, by id, read from the .toml files beside this one (U16)."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
_PLACE: Final = re.compile(r"\{(\w+)\}")


class UnknownText(KeyError):
    """No such id, or a place in the sentence that nobody filled: always our own mistake."""


class Texts(Mapping[str, str]):
    """Sentences by id: `<file>.<key>`, for example `people.welcome`."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)

    def __getitem__(self, text_id: str) -> str:
        try:
            return self._sentences[text_id]
        except KeyError:
            raise UnknownText(text_id) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)

    def say(self, text_id: str, /, **values: object) -> str:
        """The sentence with its `{places}` filled in one pass: a value is never a template (T28).

        Raises `UnknownText`.
        """

        def fill(place: re.Match[str]) -> str:
            try:
                return str(values[place[1]])
            except KeyError:
                raise UnknownText(f"{text_id}: {{{place[1]}}}") from None

        return _PLACE.sub(fill, self[text_id])


def load(folder: Path = FOLDER) -> Texts:
    sentences: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        for key, sentence in tomllib.loads(file.read_text("utf-8")).items():
            sentences[f"{file.stem}.{key}"] = sentence.strip()
    return Texts(sentences)
