"""Lists as one parameter, for statements that are built once."""

import json
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Dialect,
    String,
    TypeDecorator,
    bindparam,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def among(column: Any, *words: str) -> ColumnElement[bool]:
    """`column IN ('ready', 'taken')`, written out: only so does a partial index serve the query."""
    return column.in_([literal_column(f"'{word}'") for word in words])  # type: ignore[no-any-return]


def within(column: Any, name: str) -> ColumnElement[bool]:
    """`column IN` the list handed to `execute` as `name`.

    SQLAlchemy's own `in_` writes the statement anew for every execution, one mark a value, which
    costs as much as the rest of it; here the list is one value, and the statement stays as it is.
    """
    return _Within(column, bindparam(name, type_=_List(column.type)))


class _List(TypeDecorator[Iterable[Any]]):
    """JSON on SQLite, an array on PostgreSQL."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item: Final = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        own = String() if dialect.name == "sqlite" else ARRAY(self.item)
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return json.dumps(values) if dialect.name == "sqlite" else values


class _Within(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - the signature is SQLAlchemy's
        """A condition as it stands: "(...) = 1", as for a stored yes or no, would use no index."""
        return self


@compiles(_Within)
def _array(element: _Within, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **how)} = ANY ({compiler.process(values, **how)})"


@compiles(_Within, "sqlite")
def _json(element: _Within, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both compiled
