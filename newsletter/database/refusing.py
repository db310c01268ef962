"""Refusing at the engine what one of the two databases cannot hold, by one error on both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BigInteger, Connection, Engine, Integer, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.sql.compiler import Compiled, SQLCompiler
from sqlalchemy.types import TypeEngine

from newsletter.database.storable import MOST, MOST_BIG, Unstorable, is_storable

CHECKED = "newsletter_checked"  # our mark on a statement's context
DETAIL = "\nDETAIL:"  # PostgreSQL repeats the values of a row behind it


_Row = Mapping[str, object]


@dataclass(frozen=True)
class _Limit:
    """What the value of this name in a statement may be at most."""

    name: str
    type: TypeEngine[Any]

    @cached_property
    def chars(self) -> int | None:
        """How long a text may be."""
        return getattr(self.type, "length", None)

    @cached_property
    def most(self) -> int:
        """How large a number may be."""
        is_small = isinstance(self.type, Integer) and not isinstance(self.type, BigInteger)
        return MOST if is_small else MOST_BIG

    def refuse(self, values: Sequence[object]) -> None:
        """Raise Unstorable if PostgreSQL would not take one of these values, of as many rows."""
        self._refuse_texts([value for value in values if isinstance(value, str)])
        self._refuse_numbers([value for value in values if isinstance(value, int)])

    def _refuse_numbers(self, numbers: Sequence[int]) -> None:
        if max(map(abs, numbers), default=0) > self.most:
            raise Unstorable

    def _refuse_texts(self, texts: Sequence[str]) -> None:
        longest = max(map(len, texts), default=0)
        # Ten thousand rows are looked through at once; halves of a pair make no whole together.
        if longest > (self.chars or longest) or not is_storable("".join(texts)):
            raise Unstorable


_limits: WeakKeyDictionary[Compiled, Sequence[_Limit]] = WeakKeyDictionary()


def refuse_unstorable(engine: Engine) -> None:
    """Let an engine refuse what one of the two databases cannot hold, by Unstorable."""
    event.listen(engine, "handle_error", _translate, retval=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "before_cursor_execute", _check_values)


def _check_values(
    _connection: Connection,
    _cursor: object,
    _statement: str,
    _parameters: object,
    context: Any,
    _is_many: bool,
) -> None:
    """Refuse what PostgreSQL would not take, before SQLite takes it. Raises Unstorable."""
    # Many rows go in several statements of one context, which has the values of all rows.
    if (context.isinsert or context.isupdate) and not vars(context).get(CHECKED):
        vars(context)[CHECKED] = True
        _refuse_values(_limits_of(context.compiled), context.compiled_parameters)


def _limits_of(compiled: SQLCompiler) -> Sequence[_Limit]:
    """Return the limits of a statement; they are remembered with it."""
    if compiled not in _limits:
        binds = compiled.binds.items()
        _limits[compiled] = [_Limit(name, bind.type) for name, bind in binds]
    return _limits[compiled]


def _refuse_values(limits: Sequence[_Limit], rows: Sequence[_Row]) -> None:
    for limit in limits:
        limit.refuse([row.get(limit.name) for row in rows])


def _translate(context: ExceptionContext) -> BaseException | None:
    """Return our error for what a database cannot hold; any other stays, without a row's values."""
    if isinstance(context.sqlalchemy_exception, DataError):
        return Unstorable()
    if isinstance(context.original_exception, Unstorable | OverflowError | UnicodeEncodeError):
        return Unstorable()
    if isinstance(context.sqlalchemy_exception, DBAPIError):
        _hide_values(context.sqlalchemy_exception)
    return None


def _hide_values(error: DBAPIError) -> None:
    """Take the values of a row out of an error: they may be somebody's address."""
    for each in (error, error.orig):
        if each is not None:
            each.args = tuple(_without_detail(part) for part in each.args)


def _without_detail(part: object) -> object:
    return part.partition(DETAIL)[0] if isinstance(part, str) else part
