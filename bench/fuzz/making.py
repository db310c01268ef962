"""Requests made from the routes of the application: a new route is asked as soon as it is there."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import quote_from_bytes

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from bench.fuzz import odd

HEADERS = ("user-agent", "referer", "origin", "accept-language", "if-none-match", "hx-request")
MORE_HEADERS = ("host", "x-forwarded-for", "authorization", "accept", "range", "sec-fetch-site")
CHARSETS = ("utf-8", "utf-7", "undefined", "idna", "\x00", "base64_codec", "latin-1", "utf-16")
FORM = "application/x-www-form-urlencoded"
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW")
ENDS = "start", "end"
Fields = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Target:
    """A route with one method: its path, and the names of the fields that it takes."""

    method: str
    path: str
    numbers: frozenset[str]  # of the path
    query: Sequence[str]
    form: Sequence[str]
    is_json: bool = False

    @property
    def is_for_program(self) -> bool:
        return self.path.startswith("/api/")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the target as it is sent, its headers and its body."""

    method: str
    target: bytes
    headers: Mapping[str, bytes] = field(default_factory=dict)
    body: bytes = b""


def targets_of(app: FastAPI) -> Sequence[Target]:
    """Return every route of the application with each of its methods."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    return [_target(route, method) for route in routes for method in sorted(route.methods or ())]


def _target(route: APIRoute, method: str) -> Target:
    dependants = list(_all_of(route.dependant))
    path = [each for dependant in dependants for each in dependant.path_params]
    numbers = frozenset(each.alias for each in path if each.field_info.annotation is int)
    query = [name for dependant in dependants for name in _names(dependant.query_params)]
    form = [name for dependant in dependants for name in _names(dependant.body_params)]
    is_json = route.path.startswith("/api/") and method in ("POST", "PATCH")
    return Target(method, route.path, numbers, query, form, is_json)


def _all_of(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for needed in dependant.dependencies:
        yield from _all_of(needed)


def _names(fields: Sequence[Any]) -> Iterator[str]:
    """Give the names of fields; those of a model in its place."""
    for each in fields:
        annotation = each.field_info.annotation
        kinds = [annotation, *get_args(annotation)]
        models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        yield from ([name for model in models for name in model.model_fields] or [each.alias])


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes requests by chance; `usual` has a plausible text for a field's or a part's name."""

    chance: random.Random
    usual: Mapping[str, Sequence[str]]

    def make(self, target: Target) -> Asked:
        """Return a request of which about one part in three is odd."""
        path = b"".join(self._parts(target))
        query = self._encoded(self._fields(target.query))
        headers = dict(self._headers())
        body, kind = self._body(target)
        if body:
            headers.setdefault("content-type", kind)
        method = self._method(target)
        return Asked(method, path + (b"?" + query if query else b""), headers, body)

    def _method(self, target: Target) -> str:
        return self.chance.choice(METHODS) if self._rarely() else target.method

    def _parts(self, target: Target) -> Iterator[bytes]:
        for part in target.path.split("/")[1:]:
            yield b"/"
            if part.startswith("{"):
                name, _, end = part[1:].partition("}")
                value = self._number() if name in target.numbers else self._value(name)
                yield self._quoted(value) + end.encode()
            else:
                yield part.encode()

    def _number(self) -> bytes:
        return b"1" if self.chance.random() < 0.6 else odd.text(self.chance)

    def _value(self, name: str) -> bytes:
        """Return a text for a field: a plausible one, or an odd one, or both in one."""
        usual = self.chance.choice(self.usual.get(name.partition(":")[0], ("1", "on", "a word")))
        draw = self.chance.random()
        if draw < 0.55:
            return usual.encode()
        return usual.encode() + odd.text(self.chance) if draw < 0.7 else odd.text(self.chance)

    def _fields(self, names: Sequence[str]) -> Fields:
        fields = [(name.encode(), self._value(name)) for name in names if not self._rarely()]
        if self._rarely():
            fields.append((odd.text(self.chance), odd.text(self.chance)))
        return fields

    def _encoded(self, fields: Fields) -> bytes:
        return b"&".join(self._quoted(name) + b"=" + self._quoted(value) for name, value in fields)

    def _quoted(self, value: bytes) -> bytes:
        """Percent-encode a value; now and then badly."""
        if self._rarely():
            return bytes(sign for sign in value if 0x20 < sign < 0x7F and sign not in b"#?") + b"%"
        return quote_from_bytes(value, safe="").encode()

    def _headers(self) -> Iterator[tuple[str, bytes]]:
        if self._rarely():
            name = self.chance.choice(HEADERS + MORE_HEADERS)
            yield name, odd.text(self.chance).replace(b"\n", b"").replace(b"\r", b"")

    def _body(self, target: Target) -> tuple[bytes, bytes]:
        """Return a body and its type: as the target takes it, or as another one would."""
        if target.method not in ("POST", "PATCH"):
            return b"", b""
        if target.is_json != self._rarely():
            return self._json(target.form), b"application/json"
        fields = self._fields(target.form)
        if "file" in target.form or self._rarely():
            return self._multipart(fields)
        return self._encoded(fields), FORM.encode()

    def _json(self, names: Sequence[str]) -> bytes:
        members = [f"{json.dumps(name)}: {self._json_value(name)}" for name in names]
        text = "{" + ", ".join(members) + "}"
        return text.encode()[: -2 if self._rarely() else None]

    def _json_value(self, name: str) -> str:
        if self.chance.random() < 0.25:
            return self.chance.choice(odd.JSON_ONLY)
        text = self._value(name).decode("utf-8", "surrogateescape" if self._rarely() else "replace")
        if name in ("attributes", "consent"):
            return json.dumps({text[:60] or "words": text, "source": text})
        return json.dumps([text]) if name == "topics" else json.dumps(text)

    def _multipart(self, fields: Fields) -> tuple[bytes, bytes]:
        parts = []
        for name, value in fields:
            is_file = b'; filename="a.csv"' if name == b"file" else b""
            head = b'Content-Disposition: form-data; name="' + name + b'"' + is_file
            parts.append(b"--edge\r\n" + head + b"\r\n\r\n" + value + b"\r\n")
        kind = b"multipart/form-data; boundary=edge"
        if self._rarely():
            kind += b"; charset=" + self.chance.choice(CHARSETS).encode()
        return b"".join(parts) + (b"" if self._rarely() else b"--edge--\r\n"), kind

    def _rarely(self) -> bool:
        return self.chance.random() < 0.08
