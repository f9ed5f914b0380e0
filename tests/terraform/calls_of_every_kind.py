"""Calls of each function with arguments of each kind: null, unknown, unknown in part, of another type.

In which order Terraform looks at arguments decides what comes out where several of them are out of the ordinary, so
that the kinds are mixed here more densely than in expressions at random.
"""

from __future__ import annotations

from random import Random

from expressions_at_random import Sample

USUAL = """
abs(-1) alltrue([true]) anytrue([false]) base64decode("YQ==") base64encode("a") base64gunzip("YQ==")
base64sha256("a") base64sha512("a") basename("a/b") ceil(1.5) chomp("a") chunklist(["a", "b"], 1)
cidrhost("10.0.0.0/8", 1) cidrnetmask("10.0.0.0/8") cidrsubnet("10.0.0.0/8", 8, 1) cidrsubnets("10.0.0.0/8", 8, 8)
coalesce("", "a") coalescelist([], ["a"]) compact(["a", ""]) concat(["a"], ["b"]) contains(["a"], "a")
csvdecode("a,b") dirname("a/b") distinct(["a", "a"]) element(["a"], 0) endswith("ab", "b") ephemeralasnull("a")
flatten([["a"], []]) floor(1.5) format("%s-%s", "a", "b") formatdate("YYYY", "2024-02-29T12:30:00Z")
formatlist("%s-%s", ["a"], "b") indent(1, "a") index(["a"], "a") issensitive("a") join(",", ["a"], ["b"])
jsondecode("[1]") jsonencode("a") keys({ a = 1 }) length(["a"]) log(1, 10) lookup({ a = "b" }, "a")
lookup({ a = "b" }, "a", "c") lower("A") matchkeys(["a"], ["b"], ["b"]) max(1, 2) md5("a")
merge({ a = 1 }, { b = 2 }) min(1, 2) nonsensitive("a") one(["a"]) parseint("10", 10) pathexpand("a") pow(2, 2)
range(2) range(1, 2) range(1, 2, 1) regex("a", "a") regexall("a", "a") replace("a", "a", "b") reverse(["a"])
sensitive("a") setintersection(["a"], ["a"]) setproduct(["a"], ["b"]) setsubtract(["a"], ["b"])
setunion(["a"], ["b"]) sha1("a") sha256("a") sha512("a") signum(1) slice(["a", "b"], 0, 1) sort(["b", "a"])
split(",", "a") startswith("ab", "a") strcontains("ab", "a") strrev("ab") substr("ab", 0, 1) sum([1, 2])
textdecodebase64("YQ==", "UTF-8") textencodebase64("a", "UTF-8") timeadd("2024-02-29T12:30:00Z", "1h")
timecmp("2024-02-29T12:30:00Z", "2024-02-29T12:30:00Z") title("a") tobool("true") tolist(["a"]) tomap({ a = "b" })
tonumber("1") toset(["a"]) tostring("a") transpose({ a = ["b"] }) trim("a", "a") trimprefix("ab", "a")
trimspace(" a") trimsuffix("ab", "b") upper("a") urlencode("a") uuidv5("dns", "a") values({ a = 1 })
yamldecode("[1]") yamlencode("a") zipmap(["a"], ["b"]) try("a", "b") can("a")
"""
"""A call of each function with arguments that it takes."""

KINDS = (
    *("null", "tostring(null)", "tonumber(null)", "tolist(null)", "var.nothing", "[null]", "tomap({ a = null })"),
    *(
        "jsondecode(terraform_data.one.id)",
        "terraform_data.one.output",
        "terraform_data.one.id",
        "tonumber(terraform_data.one.id)",
    ),
    *('split(",", terraform_data.one.id)', "toset(terraform_data.one.output)", "tomap(terraform_data.one.output)"),
    *('["a", terraform_data.one.id]', "[1, terraform_data.one.output]", "tolist([terraform_data.one.id])"),
    *('toset(["a", terraform_data.one.id])', "{ a = terraform_data.one.id }", "tomap({ a = terraform_data.one.id })"),
    *('"x-${terraform_data.one.id}"', '(terraform_data.one.id == "" ? [1] : [2, 3])', "[terraform_data.one.output]"),
    *('"a"', '"1"', "2", "true", "[]", "{}", '["a"]', '{ a = "b" }', 'toset(["a"])', 'tolist(["a", "b"])', "[1, [2]]"),
    *("tolist([])", 'tomap({ a = "b" })', "[{ a = 1 }]", "1.5", "-1", '""', "toset([])", "{ a = [1], b = null }"),
)
"""An argument of each kind."""


def usual_calls() -> list[tuple[str, list[str]]]:
    """Each function with the arguments that it is usually given."""
    found: list[tuple[str, list[str]]] = []
    for call in _split(USUAL.replace("\n", " ").strip(), " "):
        name, _, arguments = call.partition("(")
        found.append((name, _split(arguments[:-1], ",")))
    return found


def _split(text: str, separator: str) -> list[str]:
    """The pieces between separators that stand in no brackets or quotes."""
    pieces, depth, is_quoted = [""], 0, False
    for character in text:
        is_quoted ^= character == '"'
        depth += 0 if is_quoted else (character in "([{") - (character in ")]}")
        if character == separator and not depth and not is_quoted:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces if piece.strip()]


def calls_at_random(count: int, seed: int) -> list[Sample]:
    """Calls with several arguments replaced, some taken in turn by another call or expanded from a list."""
    random = Random(seed)
    usual = usual_calls()
    found: dict[Sample, None] = {}
    while len(found) < count:
        found.setdefault(Sample("", _call(random, usual, 1)))
    return list(found)


def _call(random: Random, usual: list[tuple[str, list[str]]], depth: int) -> str:
    name, arguments = random.choice(usual)
    written = [argument if random.random() < 0.5 else random.choice(KINDS) for argument in arguments]
    if random.random() < 0.1:
        written.append(random.choice(KINDS))
    if depth and random.random() < 0.3:
        written[random.randrange(len(written))] = _call(random, usual, depth - 1)
    if random.random() < 0.1:
        return f"{name}({', '.join(written)}...)"
    return f"{name}({', '.join(written)})"
