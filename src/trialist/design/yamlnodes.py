"""YAML 1.2 files as plain data, with the line and column of every key, value and list item.

Only the parser of ruamel.yaml is used: it knows what the text consists of and where. What a scalar
means is decided by `scalars`, so no YAML 1.1 habit comes in: `on` is a string, `1e-4` a number, and
`<<` is an error (a study's variants are merged onto `config`, so nothing needs it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from trialist.design.document import Document, Keys
from trialist.design.scalars import Scalar, resolve
from trialist.design.yamltext import not_yaml, read_text
from trialist.values.errors import ConfigError, Mistake

DEEPEST = 60
MOST_VALUES = 100_000

_CORE = "tag:yaml.org,2002:"
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A scalar as it is written."""

    mark: str
    text: str
    plain: bool
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A list, or a mapping whose children are keys and values in turn."""

    mark: str
    is_mapping: bool
    children: list[Node] = field(default_factory=list)


Node = Leaf | Branch


def read_yaml(path: Path) -> Document:
    """Read a YAML file.

    Raises:
        ConfigError: If the file cannot be read, or is not YAML 1.2 with text for keys.
    """
    return parse_yaml(read_text(path), str(path))


def parse_yaml(text: str, name: str) -> Document:
    """Read YAML from `text`; `name` is what positions call the file.

    Raises:
        ConfigError: With everything that is wrong with the YAML.
    """
    document = parse_leniently(text, name)
    if document.mistakes:
        raise ConfigError.of(document.mistakes)
    return document


def parse_leniently(
    text: str, name: str, *, meaning: Callable[[str], Scalar] = resolve
) -> Document:
    """Read YAML from `text`, and keep the mistakes that leave the structure readable.

    Args:
        text: The YAML.
        name: What positions call the file.
        meaning: What an unquoted scalar means.

    Raises:
        ConfigError: If the text is no YAML, so that nothing else can be checked.
    """
    root = _Nodes(name).read(text)
    if root is None:
        raise ConfigError(
            f"{name} is empty",
            where=name,
            todo="a study needs at least `trial:` and `metric:`",
        )
    reader = _Reader(name, meaning)
    data = reader.value(root, ())
    return Document(
        name=name,
        data=data,
        values=reader.values,
        keys=reader.keys,
        mistakes=tuple(reader.mistakes),
    )


def parse_value(text: str, name: str) -> Any:
    """Give the data of a YAML text that may be empty, which is null.

    Raises:
        ConfigError: With everything that is wrong with it.
    """
    root = _Nodes(name).read(text)
    if root is None:
        return None
    reader = _Reader(name)
    data = reader.value(root, ())
    if reader.mistakes:
        raise ConfigError.of(reader.mistakes)
    return data


class _Nodes:
    """Turns the parser's events into one tree; an alias is the very node that it names."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._named: dict[str, Node] = {}
        self._unfinished: set[str] = set()

    def read(self, text: str) -> Node | None:
        """Give the root; None where there is none."""
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        root = None
        try:
            events = iter(YAML(typ="rt", pure=True).parse(text))
            for event in events:
                kind = type(event).__name__
                if kind == "DocumentStartEvent":
                    self._check_start(event, first=root is None)
                    root = self._node(next(events), events, 0)
        except YAMLError as error:
            raise not_yaml(error, text, self._name) from error
        return root

    def _check_start(self, event: Any, *, first: bool) -> None:
        if not first:
            self._stop(event, "a second document begins here", "keep one study per file")
        if event.version not in (None, (1, 2)):
            self._stop(
                event,
                f"the file asks for YAML {event.version[0]}.{event.version[1]}",
                "remove the %YAML line: study files are YAML 1.2",
            )

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if depth > DEEPEST:
            self._stop(event, f"this is nested more than {DEEPEST} deep", "make it flatter")
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event)
        if kind == "ScalarEvent":
            node: Node = self._leaf(event)
        else:
            node = self._branch(event, events, depth)
        if event.anchor:
            self._named[event.anchor] = node
        return node

    def _leaf(self, event: Any) -> Leaf:
        tag = str(event.tag) if event.tag else None
        return Leaf(
            mark=self._mark(event), text=event.value, plain=event.style in (None, ""), tag=tag
        )

    def _branch(self, event: Any, events: Iterator[Any], depth: int) -> Branch:
        is_mapping = type(event).__name__ == "MappingStartEvent"
        expected = _CORE + ("map" if is_mapping else "seq")
        if event.tag and str(event.tag) not in (expected, "!"):
            self._stop(event, f"the tag {event.tag} is not read here", "remove it")
        if event.anchor:
            self._unfinished.add(event.anchor)
        branch = Branch(mark=self._mark(event), is_mapping=is_mapping)
        while not type(child := next(events)).__name__.endswith("EndEvent"):
            branch.children.append(self._node(child, events, depth + 1))
        self._unfinished.discard(event.anchor)
        return branch

    def _alias(self, event: Any) -> Node:
        name = event.anchor
        if name in self._unfinished:
            self._stop(event, f"*{name} stands inside of what it names", "write the value out")
        if name not in self._named:
            found = get_close_matches(name, self._named, n=1, cutoff=0.5)
            hint = f"did you mean *{found[0]}?" if found else f"mark a value above with &{name}"
            self._stop(
                event, f"*{name} names nothing", f"{hint} (text that begins with * needs quotes)"
            )
        return self._named[name]

    def _mark(self, event: Any) -> str:
        mark = event.start_mark
        return f"{self._name}:{mark.line + 1}:{mark.column + 1}"

    def _stop(self, event: Any, message: str, todo: str) -> NoReturn:
        raise ConfigError(message, where=self._mark(event), todo=todo)


class _Reader:
    """Turns the tree into data, and notes where everything stands."""

    def __init__(self, name: str, meaning: Callable[[str], Scalar] = resolve) -> None:
        self._name = name
        self._meaning = meaning
        self._count = 0
        self.values: dict[Keys, str] = {}
        self.keys: dict[Keys, str] = {}
        self.mistakes: list[Mistake] = []

    def value(self, node: Node, keys: Keys, *, mark: str | None = None) -> Any:
        """Give the data of `node`, which stands at `keys`."""
        self._count += 1
        if self._count > MOST_VALUES or len(keys) > DEEPEST:
            raise ConfigError(
                f"with its aliases the file has more than {MOST_VALUES:,} values, "
                f"or more than {DEEPEST} levels",
                where=node.mark,
                todo="read large tables in the trial, and name their file in `config`",
            )
        self.values[keys] = mark or node.mark
        if isinstance(node, Leaf):
            return self._scalar(node)
        if node.is_mapping:
            return self._mapping(node, keys)
        return [self.value(child, (*keys, place)) for place, child in enumerate(node.children)]

    def _mapping(self, node: Branch, keys: Keys) -> dict[str, Any]:
        data: dict[str, Any] = {}
        pairs = zip(node.children[::2], node.children[1::2], strict=True)
        for key_node, value_node in pairs:
            key = self._key(key_node)
            if key is None:
                continue
            inner = (*keys, key)
            if key in data:
                self._repeated(key, key_node.mark, self.keys[inner])
                continue
            self.keys[inner] = key_node.mark
            # The parser puts an empty value at the next thing it meets, lines below.
            empty = isinstance(value_node, Leaf) and value_node.plain and not value_node.text
            data[key] = self.value(value_node, inner, mark=key_node.mark if empty else None)
        return data

    def _key(self, node: Node) -> str | None:
        if isinstance(node, Branch):
            self._mistake("a list or a mapping is used as a key", node.mark, "use text for keys")
            return None
        if node.plain and node.text == "<<":
            raise ConfigError(
                "'<<' merges mappings in YAML 1.1; study files are YAML 1.2",
                where=node.mark,
                todo="write the keys out, or put what is shared into `config`: "
                "each variant is merged onto it",
            )
        key = self._scalar(node)
        if not isinstance(key, str):
            shown = node.text or "nothing"
            self._mistake(
                f"the key {shown} is not text", node.mark, f'put it into quotes: "{node.text}"'
            )
            return None
        return key

    def _repeated(self, key: str, mark: str, first: str) -> None:
        line = first.removeprefix(f"{self._name}:").split(":")[0]
        self._mistake(
            f"the key '{key}' is here twice", mark, f"keep this one or the one in line {line}"
        )

    def _scalar(self, node: Leaf) -> Scalar:
        try:
            value = _tagged(node, self._meaning)
        except ValueError as error:
            self._mistake(f"this is {error}", node.mark, "put it into quotes if it is text")
            return 0
        if isinstance(value, str) and _SURROGATE.search(value):
            self._mistake("half a character (a lone surrogate) stands here", node.mark, "remove it")
            return _SURROGATE.sub("?", value)
        return value

    def _mistake(self, message: str, where: str, todo: str) -> None:
        self.mistakes.append(Mistake(message=message, where=where, todo=todo))


def _tagged(node: Leaf, meaning: Callable[[str], Scalar]) -> Scalar:
    """Give a scalar's value, by its tag where it has one."""
    if node.tag is None:
        return meaning(node.text) if node.plain else node.text
    if node.tag in ("!", f"{_CORE}str"):
        return node.text
    kinds: dict[str, tuple[type, ...]] = {
        f"{_CORE}int": (int,),
        f"{_CORE}float": (float, int),
        f"{_CORE}bool": (bool,),
        f"{_CORE}null": (type(None),),
    }
    if node.tag not in kinds:
        raise ConfigError(f"the tag {node.tag} is not read here", where=node.mark, todo="remove it")
    value = meaning(node.text)
    if type(value) not in kinds[node.tag]:
        raise ConfigError(
            f"{node.text!r} does not fit its tag {node.tag}", where=node.mark, todo="remove the tag"
        )
    return float(value) if isinstance(value, int) and node.tag.endswith("float") else value
