"""Lineage: whether a machine or database is made from a snapshot, and by which way.

The things of a root are nodes, and what they are made from are edges. A machine is restored where a way leads from
it to a copy of a disk: to a snapshot in the code, to one that the code only names (a literal, a variable, a data
source), or to an image of a disk. An image that the code names without telling where it comes from is no restore:
every image is made of snapshots, also one that a vendor publishes for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from snapguard.estate.entities import Entity
from snapguard.estate.machines import Artefact, Attachment, Database, Disk, Machine, Source
from snapguard.findings import Evidence
from snapguard.resources import Resource
from snapguard.source import Span
from snapguard.values import Reference, Unknown, Value

LONGEST_WAY = 64
"""Steps after which a way is given up: far more than people build, and far from Python's limit of recursion."""

LONGEST_CHAIN = 4
"""How many templates may stand behind each other; AWS knows no more than a template after a machine by a template."""


class Descent(NamedTuple):
    """The way from a thing to the copy that it is made from, nearest step first; `certain` where no step may fail."""

    steps: tuple[Evidence, ...]
    certain: bool

    def after(self, step: Evidence, certain: bool) -> Descent:
        """The way with a step before it."""
        return Descent((step, *self.steps), self.certain and certain)


def describe(value: Value) -> str:
    """A value in a sentence: its text, or what it refers to, or that it is not told."""
    if value.known_text is not None:
        return value.known_text
    for ref in named(value):
        return ref.address
    return "what the code does not tell"


def named(value: Value) -> Sequence[Reference]:
    """What a value can name: what it refers to, or what each of the values that it can be refers to."""
    if isinstance(value, Unknown) and value.candidates:
        return [ref for candidate in value.candidates for ref in named(candidate)]
    return value.refs


def names_one(value: Value) -> bool:
    """Whether a value names one thing, and not one of several that nobody can tell which.

    What an unknown value has only passed through, such as another resource that is set to the same, doesn't count.
    """
    if not isinstance(value, Unknown):
        return len({ref.address for ref in value.refs}) <= 1
    return not value.candidates and len({ref.address for ref in value.links or value.refs}) <= 1


def short_name(resource: Resource) -> str:
    """A resource as its author knows it, without module and index: what is the same for all instances of one block."""
    return resource.name if "::" in resource.type else f"{resource.type}.{resource.name}"


def exists(entity: Entity) -> bool:
    """Whether it is certain that the thing will exist."""
    return entity.resource.exists is True


class Tie(NamedTuple):
    """That something is made from another, as `value` names it.

    `origins` are the things of the root that it names; where there are none, it is a copy that the code only names.
    """

    maker: Machine | Artefact
    value: Value
    origins: Sequence[Machine | Artefact]


class Lineage:
    """The ways from machines and databases to the copies that they are made from."""

    def __init__(
        self, machines: Sequence[Machine], artefacts: Iterable[Artefact], attachments: Iterable[Attachment]
    ) -> None:
        self._nodes: dict[str, list[Machine | Artefact]] = {}
        self._names: dict[str, list[Machine]] = {}
        self._attached: dict[str, list[Attachment]] = {}
        self._known: dict[int, Descent | None] = {}
        nodes: list[Machine | Artefact] = [*machines, *artefacts]
        for node in nodes:
            self._nodes.setdefault(node.resource.address, []).append(node)
        for machine in machines:
            for name in machine.names:
                if name.known_text is not None:
                    self._names.setdefault(name.known_text, []).append(machine)
        for attachment in attachments:
            for ref in named(attachment.machine):
                self._attached.setdefault(ref.address, []).append(attachment)

    def of_machine(self, machine: Machine) -> Descent | None:
        """How a machine is restored from a copy; None where it is not, as far as the code tells."""
        return self._of_machine(machine, 0, 0)

    def of_database(self, database: Database) -> Descent | None:
        """How a database itself (not its cluster) is restored from a snapshot or backup; None where it is not."""
        return best(self._of_source(database, source, 0) for source in database.sources)

    @property
    def artefacts(self) -> list[Artefact]:
        """The volumes, snapshots and images."""
        return [node for nodes in self._nodes.values() for node in nodes if isinstance(node, Artefact)]

    def ties(self) -> Iterator[Tie]:
        """Every way of one step, of which the others are made."""
        for nodes in self._nodes.values():
            for node in nodes:
                for source in self._sources(node):
                    origins = self._named(source.value)
                    is_set = not source.value.is_absent and source.value.known_text != ""
                    if origins or (source.is_snapshot and is_set):
                        yield Tie(node, source.value, origins)

    def _sources(self, node: Machine | Artefact) -> Iterator[Source]:
        if isinstance(node, Artefact):
            yield from node.sources
            return
        yield from (disk.source for disk in self._disks(node))
        yield from (Source(volume, "has volume") for volume in node.volumes)
        for attachment in self._attached.get(node.resource.address, ()):
            yield Source(attachment.volume, "has volume")
        yield Source(node.image, "starts from image")
        yield Source(node.template, "starts machines by")

    def _named(self, value: Value) -> list[Machine | Artefact]:
        found = (node for ref in named(value) for node in self._meant_by(ref))
        return [*dict.fromkeys(found)] or list(self.templates(value))

    def templates(self, value: Value) -> list[Machine]:
        """What a name of a template can stand for: templates, and machines that others are made after."""
        outcomes = value.candidates if isinstance(value, Unknown) and value.candidates else (value,)
        return [machine for outcome in outcomes for machine in self._templates(outcome)]

    def _templates(self, value: Value) -> list[Machine]:
        nodes = [self._nodes.get(ref.address, ()) for ref in value.refs]
        found = [found[0] for found in nodes if len(found) == 1 and isinstance(found[0], Machine)]
        return found or self._names.get(value.known_text or "", [])

    def _of_machine(self, machine: Machine, depth: int, chain: int) -> Descent | None:
        address = machine.resource.address
        found = [self._of_source(machine, disk.source, depth) for disk in self._disks(machine)]
        found += [self._of_source(machine, Source(volume, "has volume"), depth) for volume in machine.volumes]
        found += [self._of_attachment(machine, attachment, depth) for attachment in self._attached.get(address, ())]
        if not machine.image.is_absent:
            found.append(self._of_source(machine, Source(machine.image, "starts from image"), depth))
        found += self._of_templates(machine, depth, chain)
        return best(found)

    def _disks(self, machine: Machine) -> Iterator[Disk]:
        """The disks that a machine sets; one made from nothing is there to replace a template's."""
        return (disk for disk in machine.disks if not disk.source.value.is_absent)

    def _of_templates(self, machine: Machine, depth: int, chain: int) -> Iterator[Descent | None]:
        """The ways through a template, less what the machine sets in its place."""
        own_devices = {disk.device.known_text for disk in machine.disks}
        templates = self.templates(machine.template) if chain < LONGEST_CHAIN else []
        for template in templates:
            effective = Machine(
                template.resource,
                image=machine.image if not machine.image.is_absent else template.image,
                disks=[disk for disk in template.disks if disk.device.known_text not in own_devices],
                volumes=template.volumes,
                template=template.template,
            )
            way = self._of_machine(effective, depth + 1, chain + 1)
            if way is not None:
                certain = len(templates) == 1 and exists(template)
                yield way.after(_step(machine, "starts machines by", machine.template), certain)

    def _of_attachment(self, machine: Machine, attachment: Attachment, depth: int) -> Descent | None:
        way = self._of_value(attachment.volume, False, depth)
        if way is None:
            return None
        place = attachment.volume.place or attachment.resource.header
        text = f"{attachment.resource.address} puts {describe(attachment.volume)} on {machine.resource.address}"
        return way.after(
            Evidence(place, text, True), attachment.resource.exists is True and names_one(attachment.machine)
        )

    def _of_source(self, maker: Entity, source: Source, depth: int) -> Descent | None:
        way = self._of_value(source.value, source.is_snapshot, depth)
        return None if way is None else way.after(_step(maker, source.note, source.value), exists(maker))

    def _of_value(self, value: Value, is_snapshot: bool, depth: int) -> Descent | None:
        """The way that begins with the thing that a value names."""
        if value.is_absent or value.known_text == "" or depth >= LONGEST_WAY:
            return None
        if isinstance(value, Unknown) and value.candidates:
            ways = [self._of_value(candidate, is_snapshot, depth + 1) for candidate in value.candidates]
        else:
            ways = [self._of_reference(ref, is_snapshot, depth + 1) for ref in self._ends(value)]
        if not ways:
            return Descent((), True) if is_snapshot else None
        way = best(ways)
        return way and Descent(way.steps, all(each is not None and each.certain for each in ways))

    def _ends(self, value: Value) -> Sequence[Reference]:
        """What a value names, without what it has merely passed through, such as a parameter that holds an id."""
        if not (isinstance(value, Unknown) and value.links and value.via):
            return value.refs
        return [ref for ref in value.refs if ref in value.links or self._meant_by(ref)]

    def _meant_by(self, ref: Reference) -> list[Machine | Artefact]:
        return [node for node in self._nodes.get(ref.address, ()) if _is_itself(node, ref)]

    def _of_reference(self, ref: Reference, is_snapshot: bool, depth: int) -> Descent | None:
        nodes = self._meant_by(ref)
        if nodes:
            return best(self._of_node(node, depth) for node in nodes)
        return Descent((), True) if is_snapshot else None

    def _of_node(self, node: Machine | Artefact, depth: int) -> Descent | None:
        if id(node) not in self._known:
            self._known[id(node)] = None  # what is made from itself is made from nothing
            if isinstance(node, Machine):
                self._known[id(node)] = self._of_machine(node, depth, 0)
            else:
                self._known[id(node)] = self._of_artefact(node, depth)
        return self._known[id(node)]

    def _of_artefact(self, node: Artefact, depth: int) -> Descent | None:
        if node.is_copy is not False:
            return self._of_copy(node)
        return best(self._of_source(node, source, depth) for source in node.sources)

    def _of_copy(self, node: Artefact) -> Descent:
        """The way ends at a copy; what it is a copy of is told where the code tells it."""
        certain = node.is_copy is True and exists(node)
        for source in node.sources:
            if not source.value.is_absent:
                return Descent((_step(node, source.note, source.value),), certain)
        text = f"{node.resource.address} is {_copy_word(node)}"
        return Descent((Evidence(node.resource.header, text, True),), certain)


def _is_itself(node: Entity, ref: Reference) -> bool:
    """Whether a reference stands for the thing, and not for a setting of it, which is a thing of its own."""
    name = ref.attribute.partition(".")[0]
    return name in {"", "id", "arn"} or node.resource.get(name).is_absent


def _copy_word(node: Artefact) -> str:
    return "a snapshot" if node.kind == "snapshot" else "an image of one's own or one that another account shared"


def _step(maker: Entity, note: str, value: Value) -> Evidence:
    span: Span = value.place or maker.resource.header
    return Evidence(span, f"{maker.resource.address} {note} {describe(value)}", True)


def best(ways: Iterable[Descent | None]) -> Descent | None:
    """The first way that is certain, else the first."""
    first = None
    for way in ways:
        if way is not None:
            if way.certain:
                return way
            first = first or way
    return first
