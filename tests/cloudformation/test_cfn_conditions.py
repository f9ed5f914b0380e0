from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapguard.cloudformation.assumptions import assumption_text


def outcomes(roots):
    """Each assumption with the resources that exist under it."""
    return {root.assumption: [resource.address for resource in root.resources()] for root in roots}


def test_a_condition_over_a_parameter_that_can_be_overridden_comes_out_both_ways(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, Default: dev}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
        Resources:
          A: {Type: T::T::T, Condition: IsProd}
          B: {Type: T::T::T, Properties: {Env: !Ref Env, X: !If [IsProd, 1, !Ref AWS::NoValue]}}
        """
    )
    assert outcomes(roots) == {"IsProd is false": ["B"], "IsProd is true": ["A", "B"]}
    assert [root.outcome for root in roots] == [{"IsProd": False}, {"IsProd": True}]
    assert [root.find("B").get("Env").known_text for root in roots] == ["dev", "prod"]
    assert [root.find("B").get("X").is_absent for root in roots] == [True, False]
    assert roots[1].find("B").get("Env").via[0].note == "parameter Env"


def test_an_override_settles_a_condition(read):
    text = """
        Parameters:
          Env: {Type: String}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
        Resources:
          A: {Type: T::T::T, Condition: IsProd}
        """
    assert outcomes(read(text, Env="prod")) == {"": ["A"]}
    assert outcomes(read(text, Env="dev")) == {"": []}


def test_a_single_allowed_value_settles_a_condition(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, AllowedValues: [prod]}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
        Resources:
          A: {Type: T::T::T, Condition: IsProd}
        """
    )
    assert outcomes(roots) == {"": ["A"]}


def test_conditions_that_exclude_each_other_are_never_true_together(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, Default: dev}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
          IsTest: !Equals [test, !Ref Env]
        Resources:
          A: {Type: T::T::T, Condition: IsProd}
          B: {Type: T::T::T, Condition: IsTest}
        """
    )
    assert outcomes(roots) == {
        "IsProd is false and IsTest is false": [],
        "IsProd is true": ["A"],
        "IsTest is true": ["B"],
    }


def test_allowed_values_bound_what_a_parameter_can_be(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, AllowedValues: [prod, test]}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
          IsTest: !Equals [!Ref Env, test]
          IsOther: !Equals [!Ref Env, other]
        Resources:
          A: {Type: T::T::T, Condition: IsProd}
          B: {Type: T::T::T, Condition: IsTest}
          C: {Type: T::T::T, Condition: IsOther}
        """
    )
    assert outcomes(roots) == {"IsProd is true": ["A"], "IsProd is false": ["B"]}


def test_the_length_and_pattern_of_a_parameter_bound_what_it_can_be(read):
    roots = read(
        """
        Parameters:
          Key: {Type: String, MinLength: 1}
          Other: {Type: String, MaxLength: '3'}
          Third: {Type: String, AllowedPattern: '^(prod|dev)$'}
          Odd: {Type: String, AllowedPattern: '(', Default: ''}
        Conditions:
          HasKey: !Not [!Equals [!Ref Key, '']]
          IsLong: !Equals [!Ref Other, abcd]
          IsTest: !Equals [!Ref Third, test]
          IsOdd: !Equals [!Ref Odd, '']
        Resources:
          A: {Type: T::T::T, Condition: HasKey}
          B: {Type: T::T::T, Condition: IsLong}
          C: {Type: T::T::T, Condition: IsTest}
          D: {Type: T::T::T, Condition: IsOdd}
        """
    )
    assert outcomes(roots) == {"IsOdd is true": ["A", "D"], "IsOdd is false": ["A"]}


def test_logic_and_named_conditions_are_followed(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, Default: dev}
          Key: {Type: String, Default: ''}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
          HasKey: !Not [!Equals [!Ref Key, '']]
          Both: !And [!Condition IsProd, {Condition: HasKey}]
          Either: !Or [Condition: IsProd, Condition: HasKey]
        Resources:
          A: {Type: T::T::T, Condition: Both}
          B: {Type: T::T::T, Condition: Either}
        """
    )
    assert sorted(outcomes(roots).values()) == [[], ["A", "B"], ["B"], ["B"]]
    both = next(root for root in roots if root.outcome["Both"])
    assert both.outcome == {"IsProd": True, "HasKey": True, "Both": True, "Either": True}
    assert both.assumption == "Both is true"


def test_conditions_on_literals_and_mappings_are_folded(read):
    roots = read(
        """
        Mappings:
          Stage: {live: {name: prod}}
        Conditions:
          Yes: !Equals [a, a]
          'No': !Equals [1, true]
          Mapped: !Equals [!FindInMap [Stage, live, name], prod]
          Joined: !Equals [!Join ['', [a, b]], ab]
        Resources:
          A: {Type: T::T::T, Condition: 'Yes'}
          B: {Type: T::T::T, Condition: 'No'}
          C: {Type: T::T::T, Condition: Mapped}
          D: {Type: T::T::T, Condition: Joined}
        """
    )
    assert outcomes(roots) == {"": ["A", "C", "D"]}


def test_a_parameter_is_followed_through_a_mapping(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, Default: dev}
        Mappings:
          Stages:
            dev: {Public: 'false'}
            prod: {Public: 'true'}
        Conditions:
          Public: !Equals [!FindInMap [Stages, !Ref Env, Public], 'true']
        Resources:
          A: {Type: T::T::T, Condition: Public, Properties: {E: !Ref Env}}
        """
    )
    assert [root.outcome for root in roots] == [{"Public": False}, {"Public": True}]


def test_a_parameter_is_followed_through_a_substitution(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, AllowedValues: [dev, prod], Default: dev}
        Conditions:
          IsProd: !Equals [!Sub 'x-${Env}', x-prod]
          Named: !Equals [!Sub ['x-${e}', {e: !Ref Env}], x-prod]
        Resources:
          A: {Type: T::T::T, Condition: IsProd, Properties: {E: !Ref Env}}
          B: {Type: T::T::T, Condition: Named}
        """
    )
    assert outcomes(roots) == {"IsProd is false": [], "IsProd is true": ["A", "B"]}
    assert roots[1].find("A").get("E").known_text == "prod"


def test_a_pseudo_parameter_comes_out_both_ways_and_stays_unknown(read):
    roots = read(
        """
        Conditions:
          InUs: !Equals [!Ref AWS::Region, us-east-1]
          InEu: !Equals [!Ref AWS::Region, eu-west-1]
        Resources:
          A: {Type: T::T::T, Condition: InUs, Properties: {R: !Ref AWS::Region}}
          B: {Type: T::T::T, Condition: InEu}
        """
    )
    assert sorted(outcomes(roots).values()) == [[], ["A"], ["B"]]
    (root,) = [root for root in roots if root.outcome["InUs"]]
    assert root.find("A").get("R").refs[0].address == "AWS::Region"


def test_two_unknown_texts_can_be_the_same_or_not(read):
    roots = read(
        """
        Parameters:
          P: {Type: String}
          Q: {Type: String}
        Conditions:
          Same: !Equals [!Ref P, !Ref Q]
          Self: !Equals [!Ref P, !Ref P]
        Resources:
          A: {Type: T::T::T, Condition: Same}
          B: {Type: T::T::T, Condition: Self}
        """
    )
    assert sorted(outcomes(roots).values()) == [["A", "B"], ["B"]]


def test_unknown_texts_of_the_same_writing_agree(read):
    roots = read(
        """
        Conditions:
          One: !Equals [!ImportValue x, a]
          Two: !Not [!Equals [{'Fn::ImportValue': x}, a]]
        Resources:
          A: {Type: T::T::T, Condition: One}
          B: {Type: T::T::T, Condition: Two}
        """
    )
    assert sorted(outcomes(roots).values()) == [["A"], ["B"]]


def test_a_parameter_keeps_its_default_where_the_outcome_allows_it(read):
    roots = read(
        """
        Parameters:
          Key: {Type: String, Default: ''}
          Kind: {Type: String, Default: gp3, AllowedValues: [gp3, io1, io2]}
        Conditions:
          HasKey: !Not [!Equals [!Ref Key, '']]
          IsFast: !Not [!Equals [!Ref Kind, gp3]]
        Resources:
          A: {Type: T::T::T, Properties: {Key: !Ref Key, Kind: !Ref Kind, X: !If [HasKey, 1, 2], Y: !If [IsFast, 1, 2]}}
        """
    )
    by_outcome = {(root.outcome["HasKey"], root.outcome["IsFast"]): root.find("A") for root in roots}
    assert by_outcome[False, False].get("Key").known_text == ""
    assert by_outcome[False, False].get("Kind").known_text == "gp3"
    assert by_outcome[True, True].get("Key").outcomes is None
    assert [one.known_text for one in by_outcome[True, True].get("Kind").outcomes] == ["io1", "io2"]


def test_what_is_the_same_in_every_outcome_is_resolved_once(read):
    first, second = read(
        """
        Parameters:
          Env: {Type: String, Default: dev}
          Size: {Type: Number, Default: 3}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
        Resources:
          No: {Type: X, Properties: {Gone: &no !Ref AWS::NoValue}}
          A: {Type: X, Properties: {Size: !Ref Size, Env: !Sub 'x-${Env}', Chosen: [!If [IsProd, 1, 2]], Gone: *no}}
        """
    )
    assert first.find("A").get("Size") is second.find("A").get("Size")
    assert first.find("A").get("Gone").is_absent
    assert second.find("A").get("Gone").is_absent
    assert [root.find("A").get("Env").known_text for root in (first, second)] == ["x-dev", "x-prod"]
    assert [root.find("A").get("Chosen").elements()[0].value for root in (first, second)] == [2, 1]


def test_a_condition_that_decides_on_nothing_makes_no_outcome(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String}
        Conditions:
          IsProd: !Equals [!Ref Env, prod]
        Resources:
          A: {Type: T::T::T}
        """
    )
    assert outcomes(roots) == {"": ["A"]}


def template_of_independent_conditions(count):
    lines = ["Parameters:", *(f"  P{n}: {{Type: String}}" for n in range(count))]
    lines += ["Conditions:", *(f"  C{n}: !Equals [!Ref P{n}, x]" for n in range(count)), "Resources:"]
    lines += [f"  R{n}: {{Type: T::T::T, Condition: C{n}, Properties: {{A: !If [C{n}, 1, 2]}}}}" for n in range(count)]
    return "\n".join(lines)


def test_past_the_bound_conditions_are_unknown(read):
    roots = read(template_of_independent_conditions(7))
    assert len(roots) == 32
    late = roots[0].find("R6")
    assert late.exists is None
    assert [one.value for one in late.get("A").outcomes] == [1, 2]
    assert {root.find("R0") is None for root in roots} == {True, False}


def test_conditions_that_hang_together_in_too_many_ways_are_unknown(read):
    names = [f"P{n}" for n in range(14)]
    roots = read(
        "\n".join(
            [
                "Parameters:",
                *(f"  {name}: {{Type: String}}" for name in names),
                "Conditions:",
                f"  All: !And [{', '.join(f'!Equals [!Ref {name}, x]' for name in names)}]",
                *(f"  C{name}: !Equals [!Ref {name}, x]" for name in names),
                "Resources:",
                "  R: {Type: T::T::T, Condition: All}",
                *(f"  R{name}: {{Type: T::T::T, Condition: C{name}}}" for name in names),
            ]
        )
    )
    assert len(roots) == 1
    assert roots[0].find("R").exists is None


@pytest.mark.parametrize(
    "written",
    [
        "!Condition Other",
        "!Condition Self",
        "nonsense",
        "!Equals [a]",
        "!Not [!Equals [a, b], !Equals [a, b]]",
        "!Ref AWS::Region",
        "{a: 1, b: 2}",
        "{Ref: AWS::Region}",
        "!Condition [a]",
        "!Or [!Condition Other, !Equals [a, b]]",
        "!Not [!Condition Other]",
    ],
)
def test_a_condition_that_nobody_can_judge_leaves_its_resource_uncertain(read, written):
    (root,) = read(f"Conditions:\n  Self: {written}\nResources:\n  A: {{Type: T::T::T, Condition: Self}}\n")
    assert root.find("A").exists is None


def test_one_true_member_decides_an_or_whatever_the_others_are(read):
    (root,) = read(
        """
        Conditions:
          C: !Or [!Condition Nowhere, !Equals [a, a]]
        Resources:
          A: {Type: T::T::T, Condition: C}
        """
    )
    assert root.find("A").exists is True


def test_a_long_chain_of_conditions_is_bounded(read):
    chain = [f"  C{n}: !Condition C{n + 1}" for n in range(500)]
    (root,) = read(
        "\n".join(["Conditions:", *chain, "  C500: !Equals [a, a]", "Resources:", "  A: {Type: T, Condition: C0}"])
    )
    assert root.find("A").exists is None


def test_a_condition_without_a_name_leaves_its_resource_uncertain(read):
    (root,) = read("Resources:\n  A: {Type: T::T::T, Condition: [x]}\n")
    assert root.find("A").exists is None


def test_conditions_of_a_loop_are_written_out(read):
    roots = read(
        """
        Parameters:
          Env: {Type: String, Default: a}
        Conditions:
          Fn::ForEach::Each:
            - Name
            - [a, b]
            - Is${Name}: !Equals [!Ref Env, !Ref Name]
        Resources:
          Fn::ForEach::Each:
            - Name
            - [a, b]
            - R${Name}: {Type: T::T::T, Condition: !Sub 'Is${Name}', Properties: {X: !If ['Is${Name}', 1, 2]}}
        """
    )
    assert sorted(outcomes(roots).values()) == [[], ["Ra"], ["Rb"]]


@pytest.mark.parametrize("depth", [100, 140])
def test_deeply_nested_logic_is_judged_or_left_unknown(read, depth):
    nested = "!And [!Equals [a, a], " * depth + "!Equals [a, a]" + "]" * depth
    (root,) = read(f"Conditions:\n  C: {nested}\nResources:\n  A: {{Type: T::T::T, Condition: C}}\n")
    assert root.find("A").exists in (True, None)


EVERY = [dict(zip("ABC", truths, strict=True)) for truths in itertools.product([False, True], repeat=3)]


@pytest.mark.parametrize(
    ("holds", "words"),
    [
        (lambda _: True, ""),
        (lambda o: o["A"], "A is true"),
        (lambda o: not o["B"], "B is false"),
        (lambda o: o["A"] and not o["B"], "A is true and B is false"),
        (lambda o: o["A"] or o["B"], "B is true, or A is true"),
        (lambda o: o["A"] == o["B"], "A is false and B is false, or A is true and B is true"),
    ],
)
def test_an_assumption_is_told_in_the_shortest_words(holds, words):
    assert assumption_text([outcome for outcome in EVERY if holds(outcome)], EVERY) == words


@given(st.sets(st.integers(0, 7), min_size=1, max_size=7))
def test_an_assumption_says_exactly_when_something_holds(chosen):
    words = assumption_text([EVERY[number] for number in sorted(chosen)], EVERY)
    terms = [term.split(" and ") for term in words.split(", or ")]
    said = {
        number
        for number, outcome in enumerate(EVERY)
        if any(all(outcome[part[0]] == part.endswith("true") for part in term) for term in terms)
    }
    assert said == chosen


def test_outcomes_that_only_differ_in_what_is_undecided_are_told_as_well_as_can_be():
    undecided = {"A": True, "B": True, "C": True}
    assert assumption_text([undecided], [undecided, undecided | {"D": True}]) == "A is true and B is true and C is true"


def test_the_outcome_in_which_nothing_of_many_holds_is_told_at_once():
    names = [f"C{number}" for number in range(30)]
    every = [{name: name == chosen for name in names} for chosen in [*names, ""]]
    assert assumption_text(every[-1:], every) == " and ".join(f"{name} is false" for name in names)


def test_nothing_that_holds_needs_no_words():
    assert assumption_text([], EVERY) == ""
