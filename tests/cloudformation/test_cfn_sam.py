"""What SAM writes out: the roles of functions and state machines, and Globals."""

from __future__ import annotations

import pytest
from resolved_values import shown

from snapguard.values import Reference

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
FUNCTION = "Type: AWS::Serverless::Function, Properties: {Handler: a.b, Runtime: python3.12, InlineCode: x"
BASIC = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.fixture
def role(read):
    """The only role that SAM makes in a template."""

    def made(resources, before=""):
        (root,) = read(HEAD + before + "Resources:\n" + resources)
        assert [error.message for error in root.errors()] == []
        (found,) = root.resources_of("AWS::IAM::Role")
        return found

    return made


def test_the_role_of_a_function_has_its_address_and_stands_at_its_place(read):
    (root,) = read(HEAD + "Resources:\n  Copy: {" + FUNCTION + "}, Metadata: {aws:cdk:path: App/Copy}}\n")

    function, role = root.resources()

    assert (role.type, role.name, role.address) == ("AWS::IAM::Role", "CopyRole", "Copy")
    assert (role.header, role.span) == (function.header, function.span)
    assert root.find("Copy") is function
    assert role.construct == "App/Copy"
    assert role.exists is True


def test_a_policy_keeps_the_place_where_it_is_written(role):
    found = role(
        "  F:\n    " + FUNCTION.replace(", P", "\n    P") + ", Policies: [EC2CopyImagePolicy: {ImageId: x}]}\n"
    )

    policy = found.at("Policies", "PolicyDocument")
    (statement,) = policy.get("Statement").elements()
    assert shown(statement.get("Action")) == ["ec2:CopyImage"]
    assert shown(statement.get("Resource")).endswith(":image/x")
    assert statement.span.text == "EC2CopyImagePolicy: {ImageId: x}"
    assert statement.span.line == 5


def test_references_to_the_role_that_sam_makes_lead_to_its_function(read):
    (root,) = read(
        f"{HEAD}Resources:\n  Copy: {{{FUNCTION}}}}}\n"
        "  R:\n    Type: T::T::T\n"
        "    Properties: {A: !Ref CopyRole, B: !GetAtt CopyRole.Arn, C: !Ref OtherRole, D: !Ref RRole}\n"
        "  OtherRole: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n"
    )

    resource = root.find("R")
    assert resource.get("A").refs == (Reference("Copy", "Ref"),)
    assert resource.get("B").refs == (Reference("Copy", "Arn"),)
    assert resource.get("C").refs == (Reference("OtherRole", "Ref"),)
    assert resource.get("D").refs == (Reference("RRole", "Ref"),)


def test_a_policy_template_that_is_not_known_is_an_unknown_policy(role):
    found = role("  F: {" + FUNCTION + ", Policies: [BrandNewPolicy: {Name: x}]}}\n")

    document = found.at("Policies", "PolicyDocument")
    assert document.why == "SnapGuard does not know the policy template BrandNewPolicy"


def test_a_name_of_a_policy_that_gives_no_right_over_copies_stays_a_name(role):
    found = role("  F: {" + FUNCTION + ", Policies: AmazonAthenaFullAccess}}\n")

    assert shown(found.get("ManagedPolicyArns")) == [BASIC, "AmazonAthenaFullAccess"]
    assert shown(found.get("Policies")) == []


def test_each_branch_of_a_choice_is_what_it_stands_for(role):
    policies = "[!If [Undecided, AmazonEC2FullAccess, {Statement: []}], !If [Undecided, AmazonRDSFullAccess]]"
    found = role("  F: {" + FUNCTION + f", Policies: {policies}}}}}\n", "Conditions: {Undecided: !Ref AWS::Region}\n")

    basic, chosen, malformed = found.get("ManagedPolicyArns").elements()
    assert shown(basic) == BASIC
    assert [shown(one) for one in chosen.candidates if not one.is_absent] == [
        "arn:<AWS::Partition>:iam::aws:policy/AmazonEC2FullAccess"
    ]
    assert malformed.candidates == ()


def test_whether_there_is_a_role_can_hang_on_an_undecided_condition(role):
    found = role(
        "  F: {" + FUNCTION + ", Role: !If [Undecided, 'arn:aws:iam::111122223333:role/own', !Ref AWS::NoValue]}}\n",
        "Conditions: {Undecided: !Ref AWS::Region}\n",
    )

    assert found.exists is None


def test_a_dead_letter_queue_of_no_known_kind_adds_nothing(role):
    found = role("  F: {" + FUNCTION + ", DeadLetterQueue: {Type: Fax, TargetArn: x}}}\n")

    assert shown(found.get("Policies")) == []


@pytest.mark.parametrize("properties", ["", ", Properties: {}"])
def test_globals_hold_for_every_function_whatever_it_sets_itself(properties, role):
    found = role(
        f"  F: {{Type: AWS::Serverless::Function{properties}}}\n",
        "Globals: {Function: {PermissionsBoundary: fence, RolePath: /a/, VpcConfig: {SubnetIds: [a]}}, Api: {}}\n",
    )

    assert (shown(found.get("PermissionsBoundary")), shown(found.get("Path"))) == ("fence", "/a/")
    assert len(found.get("ManagedPolicyArns").elements()) == 2


def test_globals_and_own_properties_are_merged_as_sam_does(read):
    (root,) = read(
        HEAD + "Globals: {Function: {Layers: [a], Timeout: 3, Environment: {Variables: {A: 1, B: 2}}}}\n"
        "Resources:\n  F: {" + FUNCTION + ", Layers: [b], Timeout: 9, Environment: {Variables: {B: 3}}}}\n"
    )

    function = root.find("F")
    assert shown(function.get("Layers")) == ["a", "b"]
    assert shown(function.get("Timeout")) == 9
    assert shown(function.get("Environment")) == {"Variables": {"A": 1, "B": 3}}


def test_a_policy_attached_to_the_role_that_sam_makes_is_held_by_the_function(scan_text):
    code = HEAD + (
        "Resources:\n  Copy: {" + FUNCTION + "}}\n"
        "  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      PolicyName: p\n      Roles: [!Ref CopyRole]\n"
        "      PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:*', Resource: '*'}]}\n"
    )
    (result,) = scan_text("cloudformation", code, select=["SNAP101"])

    assert any("Copy" in evidence.message for evidence in result.evidence)


def test_the_role_of_a_state_machine_trusts_step_functions_and_may_trace(role):
    found = role("  M: {Type: AWS::Serverless::StateMachine, Properties: {Tracing: {Enabled: true}}}\n")

    (statement,) = found.at("AssumeRolePolicyDocument").get("Statement").elements()
    assert shown(statement.at("Principal", "Service")) == ["states.amazonaws.com"]
    assert shown(found.get("ManagedPolicyArns")) == ["arn:<AWS::Partition>:iam::aws:policy/AWSXrayWriteOnlyAccess"]


@pytest.mark.parametrize(("kind", "action"), [("SQS", "sqs:SendMessage"), ("SNS", "sns:Publish")])
def test_a_function_may_write_to_its_dead_letter_queue(kind, action, role):
    found = role("  F: {" + FUNCTION + f", Tracing: Active, DeadLetterQueue: {{Type: {kind}, TargetArn: q}}}}}}\n")

    (policy,) = found.get("Policies").elements()
    assert shown(policy.get("PolicyDocument")) == {
        "Version": "2012-10-17",
        "Statement": [{"Action": action, "Resource": "q", "Effect": "Allow"}],
    }


def test_a_choice_of_policy_templates_stays_a_choice(role):
    policies = "[!If [Undecided, {EC2CopyImagePolicy: {ImageId: a}}, !Ref AWS::NoValue]]"
    found = role("  F: {" + FUNCTION + f", Policies: {policies}}}}}\n", "Conditions: {Undecided: !Ref AWS::Region}\n")

    (policy,) = found.get("Policies").elements()
    one, other = policy.candidates
    assert shown(one.get("PolicyName")) == "FRolePolicy0"
    assert other.is_absent


def test_each_stack_that_is_nested_resolves_its_own_functions(read, tmp_path):
    inner = "Resources:\n  F: {" + FUNCTION + "}}\n  R: {Type: T::T::T, Properties: {A: !Ref FRole}}\n"
    (tmp_path / "inner.yaml").write_text(HEAD + inner)
    (root,) = read("Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml}}\n")

    assert root.find("S/R").get("A").refs == (Reference("S/F", "Ref"),)
