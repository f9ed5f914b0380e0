"""The roads of one estate: what it already knows of principals, copies, shares, machines and openings, as a graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from snapguard.estate import Estate
from snapguard.estate.broad_grants import shown
from snapguard.estate.lineage import Tie, describe, exists, named, names_one
from snapguard.estate.machines import Artefact, Machine
from snapguard.estate.network import REMOTE_SERVICES
from snapguard.estate.openings import Opening
from snapguard.findings import Status
from snapguard.graph.holders import DISKS, STORES, holders
from snapguard.graph.model import Edge, Graph, Kind, Mark, Node, joined, short_name
from snapguard.judging import Verdict
from snapguard.resources import Resource
from snapguard.source import Span
from snapguard.values import Value

FLOWS = {
    ("volume", "snapshot"): "copied to",
    ("machine", "image"): "imaged as",
    ("snapshot", "snapshot"): "copied to",
    ("snapshot", "volume"): "restored to",
    ("snapshot", "image"): "registered as",
    ("snapshot", "machine"): "a disk of",
    ("image", "image"): "made into",
    ("image", "machine"): "starts",
    ("volume", "machine"): "attached to",
    ("volume", "volume"): "copied to",
    ("machine", "machine"): "starts",
}
"""What happens between two things, by the words for them."""


class Faults:
    """What the checks say of the resources of a root, by their addresses."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._marks: dict[str, dict[str, Mark]] = {}
        for verdict in verdicts:
            mark = {Status.FAIL: Mark.DANGER, Status.UNKNOWN: Mark.UNSURE}.get(verdict.status)
            if mark is not None:
                codes = self._marks.setdefault(verdict.address, {})
                codes[verdict.code] = max(mark, codes.get(verdict.code, Mark.CALM))

    def of(self, addresses: Iterable[str], prefix: str) -> tuple[Mark, list[str]]:
        """The gravest mark of the addresses by checks whose codes begin so, and the codes behind it."""
        found: dict[str, Mark] = {}
        for address in addresses:
            for code, mark in self._marks.get(address, {}).items():
                if code.startswith(prefix):
                    found[code] = max(mark, found.get(code, Mark.CALM))
        gravest = max(found.values(), default=Mark.CALM)
        return gravest, sorted(code for code, mark in found.items() if mark is gravest)


def roads_of(estate: Estate, verdicts: Iterable[Verdict]) -> Graph:
    """The roads of an estate, marked by what the checks say of it."""
    return _Roads(estate, Faults(verdicts)).graph()


class _Roads:
    def __init__(self, estate: Estate, faults: Faults) -> None:
        self._estate = estate
        self._faults = faults
        self._nodes: list[Node] = []
        self._edges: list[Edge] = []
        self._at: dict[str, Node] = {}

    def graph(self) -> Graph:
        self._add_lineage()
        self._add_stores()
        self._add_shares()
        self._add_openings()
        self._mark_descents()
        self._add_holders()
        return joined(self._nodes, self._edges)

    def _add(self, node: Node) -> str:
        self._nodes.append(node)
        self._at.setdefault(node.key, node)
        return node.key

    def _thing(self, resource: Resource, kind: Kind, *, is_copy: bool = False) -> str:
        """The node of a resource, which stays of the kind that it was first met as."""
        if resource.address in self._at:
            return resource.address
        type = f"data.{resource.type}" if resource.mode == "data" else resource.type
        name = short_name(resource.address, type)
        address, place = resource.address, resource.header
        note = "" if resource.exists else "may not be there"
        return self._add(Node(address, kind, type, name, [address], place, note, is_copy=is_copy))

    def _outside(self, value: Value, kind: Kind, word: str) -> str:
        """The node of something that the code only names."""
        name = _outside_name(value, word)
        note, is_copy = "only named here", kind is Kind.COPY
        return self._add(Node(f"{word} {name}", kind, word, name, [name], value.place, note, is_copy=is_copy))

    def _origin(self, value: Value, kind: Kind, word: str) -> list[str]:
        """The nodes of what a value names: things of the root, or one that is only named."""
        resources = [self._estate.root.find(ref.address) for ref in named(value)]
        found = [self._thing(one, kind, is_copy=kind is Kind.COPY) for one in resources if one is not None]
        return found or [self._outside(value, kind, word)]

    def _made(self, thing: Machine | Artefact) -> str:
        """The node of something that a way leads through: a machine that is not restored is where data comes from."""
        is_source = isinstance(thing, Machine) and not thing.is_template
        return self._thing(thing.resource, Kind.SOURCE if is_source else Kind.MACHINE)

    def _connect(self, source: str, target: str, label: str = "", mark: Mark = Mark.CALM) -> None:
        self._edges.append(Edge(source, target, label, mark))

    def _add_lineage(self) -> None:
        lineage = self._estate.lineage
        for target in self._estate.restored_machines:
            self._thing(target.entity.resource, Kind.MACHINE)
        for artefact in lineage.artefacts:
            kind = Kind.SOURCE if _is_original(artefact) else Kind.COPY
            self._thing(artefact.resource, kind, is_copy=artefact.is_copy is not False)
        ties = list(lineage.ties())
        for tie in ties:
            self._add_tie(tie)

    def _add_tie(self, tie: Tie) -> None:
        maker = self._made(tie.maker)
        is_sure = names_one(tie.value) and exists(tie.maker)
        mark = Mark.CALM if is_sure else Mark.UNSURE
        for origin in tie.origins:
            key = self._made(origin)
            self._connect(key, maker, FLOWS.get((_word(origin), _word(tie.maker)), ""), mark)
        if not tie.origins:
            key = self._outside(tie.value, Kind.COPY, "snapshot")
            self._connect(key, maker, FLOWS["snapshot", _word(tie.maker)], mark)

    def _add_stores(self) -> None:
        """Databases, their snapshots and copies, and the databases that are restored from those."""
        estate = self._estate
        restored = {each.database.resource.address: each for each in estate.restored_databases}
        for each in restored.values():
            self._thing(each.database.resource, Kind.MACHINE)
        copies = [*estate.database_snapshots, *(copy for copy in estate.database_copies if not copy.is_setting)]
        for copy in copies:
            self._thing(copy.resource, Kind.COPY, is_copy=True)
        for store in estate.data_stores:
            self._thing(store.resource, Kind.SOURCE)
        for copy in copies:
            if not copy.origin.is_absent:
                for key in self._origin(copy.origin, Kind.SOURCE, "database"):
                    self._connect(key, copy.resource.address, "copied to")
        for each in restored.values():
            database = each.database
            for source in database.sources:
                for key in self._origin(source.value, Kind.COPY, "snapshot"):
                    self._connect(key, database.resource.address, "restored to")
            for ref in named(database.cluster):
                self._connect(ref.address, database.resource.address, "runs on")
            if each.is_public is not False and each.is_public is not None:
                self._add_public_address(database.resource)

    def _add_public_address(self, resource: Resource) -> None:
        mark, codes = self._faults.of([resource.address], "SNAP404")
        key = f"public {resource.address}"
        self._add(Node(key, Kind.OPENING, "address", "a public address", (), resource.header, "", mark, codes))
        self._connect(key, resource.address, "lets in", mark)

    def _add_shares(self) -> None:
        estate = self._estate
        for share in estate.shares:
            if share.copy.is_absent:
                given = [self._thing(share.resource, Kind.COPY, is_copy=True)]
            else:
                given = self._origin(share.copy, Kind.COPY, share.subject.partition(" in ")[0].removeprefix("the "))
            name = "everyone" if share.is_public else share.named.partition(" (")[0]
            mark, codes = self._faults.of([share.resource.address], "SNAP30")
            if mark is Mark.DANGER and share.is_trusted(estate.settings) and not share.is_public:
                mark, codes = Mark.CALM, []
            self._give(given, name, share.receiver.place, mark, codes)
        for copy in estate.vault_copies:
            mark, codes = self._faults.of([copy.resource.address], "SNAP306")
            given = [self._thing(copy.resource, Kind.COPY, is_copy=True)]
            self._give(given, f"vault {_vault_name(copy.destination)}", copy.place, mark, codes)
        for policy in (*estate.vault_policies, *estate.snapshot_policies, *estate.exports):
            mark, codes = self._faults.of([policy.resource.address], "SNAP30")
            if codes:
                given = [self._thing(policy.resource, Kind.COPY, is_copy=True)]
                self._give(given, "outsiders", policy.resource.header, mark, codes)

    def _give(self, given: Iterable[str], name: str, place: Span | None, mark: Mark, codes: Sequence[str]) -> None:
        key = self._add(Node(f"receiver {name}", Kind.RECEIVER, "receiver", name, [name], place, "", mark, codes))
        for copy in given:
            self._connect(copy, key, "given to", mark)
            if mark is Mark.DANGER:
                self._add(self._at[copy]._replace(mark=mark))

    def _add_openings(self) -> None:
        estate = self._estate
        for opening, services in estate.openings_by_service(REMOTE_SERVICES):
            what = "all traffic" if opening.is_for_all_ports else ", ".join(services)
            self._add_opening(opening, f"{what} from {opening.audience}", ("SNAP401", "SNAP403"))
        for opening in estate.database_openings():
            self._add_opening(opening, f"its port from {opening.audience}", ("SNAP404",))
        for opening in estate.openings(REMOTE_SERVICES["SSH"], is_egress=True):
            what = "all traffic" if opening.is_for_all_ports else "SSH"
            self._add_opening(opening, f"{what} to {opening.audience}", ("SNAP402",), is_egress=True)

    def _add_opening(self, opening: Opening, name: str, codes: Iterable[str], *, is_egress: bool = False) -> None:
        rules = list(dict.fromkeys(rule.resource.address for rule in opening.rules))
        found = [self._faults.of([opening.resource.address], code) for code in codes]
        mark = max(mark for mark, _ in found)
        shown = [code for each, codes in found for code in codes if each is mark]
        if not (opening.certain and opening.reached.certain):
            mark = min(mark, Mark.UNSURE)
        place = opening.rules[0].span or opening.resource.header
        key = f"{' + '.join(rules)} {place.start}: {name}"
        self._add(Node(key, Kind.OPENING, opening.resource.type, name, rules, place, "", mark, shown))
        for target, link in opening.reached.targets:
            machine = self._thing(target.entity.resource, Kind.MACHINE)
            is_sure = target.certain and link.certain
            ends = (machine, key) if is_egress else (key, machine)
            self._connect(*ends, "lets out" if is_egress else "lets in", mark if is_sure else min(mark, Mark.UNSURE))

    def _mark_descents(self) -> None:
        """Mark the way from a copy to each machine that a finding is about."""
        marked = {edge.target for edge in self._edges if edge.label == "lets in" and edge.mark is Mark.DANGER}
        ways: dict[str, list[int]] = {}
        for number, edge in enumerate(self._edges):
            if edge.label != "lets in":
                ways.setdefault(edge.target, []).append(number)
        waiting = sorted(marked)
        while waiting:
            key = waiting.pop()
            node = self._at[key]
            self._nodes.append(node._replace(mark=Mark.DANGER))
            for number in () if node.is_copy else ways.get(key, ()):
                edge = self._edges[number]
                if edge.mark is Mark.CALM:
                    self._edges[number] = edge._replace(mark=Mark.DANGER)
                    if edge.source not in marked:
                        marked.add(edge.source)
                        waiting.append(edge.source)

    def _add_holders(self) -> None:
        """Who has rights along the road: over all that is drawn, or over things by name."""
        begins = self._beginnings()
        for number, holder in enumerate(holders(self._estate.identities)):
            mark, codes = self._faults.of(holder.carriers, "SNAP1")
            granted = [*holder.scopes.values(), *holder.targets.values()]
            able = list(dict.fromkeys(capability for found in granted for capability in found))
            note = f"may {', '.join(able)}" + (" under conditions" if holder.is_limited else "")
            own = holder.resource
            key = own.address if own is not None else f"{holder.type} {holder.name} {number}"
            addresses = [] if own is None else [own.address]
            place = None if own is None else own.header
            node = Node(key, Kind.PRINCIPAL, holder.type, holder.name, addresses, place, note, mark, codes)
            reached = [target for target in holder.targets if target in self._at]
            scopes = [scope for scope in holder.scopes if begins[scope]]
            if not (reached or scopes):
                continue
            self._add(node)
            for target in reached:
                self._connect(key, target, f"may {', '.join(holder.targets[target])}")
            for scope in scopes:
                self._connect(key, scope, f"may {', '.join(holder.scopes[scope])}", mark)
                if scope not in self._at:
                    self._add(Node(scope, Kind.SCOPE, "", scope))
                    for begin in begins[scope]:
                        self._connect(scope, begin)

    def _beginnings(self) -> dict[str, list[str]]:
        """Where roads begin, among disks and among stores: what is there to be copied, and copies from elsewhere."""
        estate = self._estate
        templates = {machine.resource.address for machine in estate.machines if machine.is_template}
        for volume in estate.volumes:
            if volume.resource.address not in templates:
                self._thing(volume.resource, Kind.SOURCE)
        made = {edge.target for edge in self._edges if edge.label not in {"lets in", "given to"}}
        stores = {store.resource.address for store in estate.data_stores}
        stores.update(copy.resource.address for copy in (*estate.database_snapshots, *estate.database_copies))
        begins: dict[str, list[str]] = {DISKS: [], STORES: []}
        for node in self._at.values():
            if node.kind in (Kind.SOURCE, Kind.COPY) and node.key not in made:
                begins[STORES if node.key in stores or node.type == "database" else DISKS].append(node.key)
        return begins


def _outside_name(value: Value, word: str) -> str:
    """What something is called that the code only names, if it does."""
    if value.known_text == "*":
        return f"any {word}"
    is_told = value.known_text is not None or named(value)
    return describe(value) if is_told else f"a {word} that the code does not tell"


def _vault_name(destination: Value) -> str:
    """The name in the ARN of a vault, or what refers to it."""
    return shown(destination).rpartition(":")[2] if destination.parts or destination.is_known else describe(destination)


def _word(thing: Machine | Artefact) -> str:
    return "machine" if isinstance(thing, Machine) else thing.kind


def _is_original(artefact: Artefact) -> bool:
    """Whether it is a volume that starts empty: the data in it comes from nowhere else."""
    return artefact.kind == "volume" and all(source.value.is_absent for source in artefact.sources)
