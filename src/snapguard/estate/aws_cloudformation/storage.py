"""Volumes, block devices and image recipes of CloudFormation templates.

The language has no EBS snapshot, no image and no default encryption of the account.
"""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.storage import (
    PUBLIC_PARAMETERS,
    Copy,
    DefaultEncryption,
    Image,
    Medium,
    Volume,
    if_given,
    image_origin,
    is_given,
    is_root_device,
    on_unless_given,
    switched_unless,
)
from snapguard.resources import Resource, Root
from snapguard.values import Known, Unknown, Value, each

DEFAULT_POLICY = Unknown("a default policy has no switch: it copies each snapshot as it is")


def volumes(root: Root) -> Iterator[Volume]:
    """Every EBS volume and every block device of a machine, template or fleet."""
    for resource in root.resources_of("AWS::EC2::Volume"):
        snapshot = resource.get("SnapshotId")
        yield Volume(
            resource,
            "the volume",
            encrypted=resource.get("Encrypted"),
            origin=resource.get("SourceVolumeId") if snapshot.is_absent else snapshot,
            key=resource.get("KmsKeyId"),
        )
    for resource in root.resources_of("AWS::WorkspacesInstances::Volume"):
        encrypted, key = resource.get("Encrypted"), resource.get("KmsKeyId")
        yield Volume(resource, "the volume", encrypted=encrypted, origin=resource.get("SnapshotId"), key=key)
    for resource in root.resources_of("AWS::DRS::ReplicationConfigurationTemplate"):
        encrypted = switched_unless(resource.get("EbsEncryption"), off="NONE")
        yield Volume(resource, "each replicated volume", encrypted=encrypted)
    yield from _task_volumes(root)
    for resource in root.resources_of("AWS::WorkspacesInstances::WorkspaceInstance"):
        machine = resource.get("ManagedInstance")
        yield from _devices(resource, "the workspace's", machine.at("BlockDeviceMappings"), machine.at("ImageId"))
    for resource in root.resources_of("AWS::EC2::Instance"):
        yield from _devices(resource, "the machine's", resource.get("BlockDeviceMappings"), resource.get("ImageId"))
    for resource in root.resources_of("AWS::EC2::LaunchTemplate"):
        data = resource.get("LaunchTemplateData")
        yield from _devices(resource, "the template's", data.get("BlockDeviceMappings"), data.get("ImageId"))
    for resource in root.resources_of("AWS::AutoScaling::LaunchConfiguration"):
        mappings = resource.get("BlockDeviceMappings")
        yield from _devices(resource, "the launch configuration's", mappings, resource.get("ImageId"))
    yield from _fleet_devices(root)


def _task_volumes(root: Root) -> Iterator[Volume]:
    """The volumes of container services that say how they are encrypted: the service decides over the others."""
    for resource in root.resources_of("AWS::ECS::Service"):
        for block in each(resource.get("VolumeConfigurations"), "ManagedEBSVolume"):
            encrypted, snapshot = block.get("Encrypted"), block.get("SnapshotId")
            if not encrypted.is_absent:
                switch = on_unless_given(encrypted)
                yield Volume(resource, "the task volume", encrypted=switch, origin=snapshot, place=block.place)


def _fleet_devices(root: Root) -> Iterator[Volume]:
    for resource in root.resources_of("AWS::EC2::SpotFleet"):
        for launch in each(resource.get("SpotFleetRequestConfigData"), "LaunchSpecifications"):
            yield from _devices(resource, "the fleet's", launch.get("BlockDeviceMappings"), launch.get("ImageId"))
    for resource in root.resources_of("AWS::EC2::EC2Fleet"):
        for override in each(resource.get("LaunchTemplateConfigs"), "Overrides"):
            mappings = override.get("BlockDeviceMappings")
            yield from _devices(resource, "the fleet's", mappings, override.get("ImageId"), overrides=True)


def image_devices(root: Root) -> Iterator[Volume]:
    """Every block device that an image is built with."""
    for resource in root.resources_of("AWS::ImageBuilder::ImageRecipe"):
        mappings, parent = resource.get("BlockDeviceMappings"), resource.get("ParentImage")
        yield from _devices(resource, "the image's", mappings, parent)


def _devices(
    resource: Resource, owner: str, mappings: Value, image: Value, *, overrides: bool = False
) -> Iterator[Volume]:
    for mapping in each(mappings):
        ebs, name = mapping.get("Ebs"), mapping.get("DeviceName")
        others = [is_given(if_given(mapping.get(other), mapping)) for other in ("NoDevice", "VirtualName")]
        if ebs.is_absent or True in others:
            continue
        snapshot = ebs.get("SnapshotId")
        starts_machine = is_root_device(name)
        yield Volume(
            resource,
            f"{owner} block device {name.known_text or ''}".rstrip(),
            encrypted=ebs.get("Encrypted"),
            origin=image_origin(image) if snapshot.is_absent and starts_machine is not False else snapshot,
            key=ebs.get("KmsKeyId"),
            place=mapping.place,
            starts_machine=starts_machine,
            overrides=overrides,
            certain=None not in others,
        )


def sources(root: Root) -> Iterator[Medium]:
    """Every image that is built, and the public images that are looked up; the language has no EBS snapshots."""
    for resource in root.resources_of("AWS::ImageBuilder::Image"):
        yield Image(resource, "the built image", origin=resource.get("ImageRecipeArn"))
    for parameter in root.data_sources_of("AWS::SSM::Parameter::Value"):
        if (parameter.get("Name").known_text or "").startswith(PUBLIC_PARAMETERS):
            yield Image(parameter, "the public image", encrypted=Known(False))


def copies(root: Root) -> Iterator[Copy]:
    """Every copy that a lifecycle policy makes in another Region."""
    for resource in root.resources_of("AWS::DLM::LifecyclePolicy"):
        details = resource.get("PolicyDetails")
        for rule in each(details, "Schedules", "CrossRegionCopyRules"):
            yield _lifecycle_copy(resource, rule, rule)
        for copy in each(details, "Actions", "CrossRegionCopy"):
            yield _lifecycle_copy(resource, copy, copy.get("EncryptionConfiguration"))
        for holder in (resource, details):
            for target in each(holder.get("CrossRegionCopyTargets")):
                yield _lifecycle_copy(resource, target, DEFAULT_POLICY)


def _lifecycle_copy(resource: Resource, rule: Value, encryption: Value) -> Copy:
    return Copy(
        resource,
        "the lifecycle policy's copy in another Region",
        encrypted=encryption.get("Encrypted"),
        origin=Unknown("the volumes are chosen by their tags"),
        key=encryption.get("CmkArn"),
        place=rule.place,
    )


def default_encryption(_root: Root) -> Iterator[DefaultEncryption]:
    """None: the language can't switch it."""
    return iter(())
