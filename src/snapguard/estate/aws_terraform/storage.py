"""Volumes, block devices, snapshots, images and their copies of the Terraform AWS provider (5.x and 6.x)."""

from __future__ import annotations

from collections.abc import Iterator

from snapguard.estate.aws_terraform.publishers import PUBLIC_OWNERS
from snapguard.estate.storage import (
    PUBLIC_PARAMETERS,
    Copy,
    DefaultEncryption,
    Image,
    Medium,
    Snapshot,
    Volume,
    image_origin,
    is_root_device,
    on_unless_given,
    switched_unless,
)
from snapguard.resources import Resource, Root
from snapguard.source import Span
from snapguard.values import ABSENT, Known, Unknown, Value, each, is_true, unless_empty


def volumes(root: Root) -> Iterator[Volume]:
    """Every EBS volume and every block device of a machine, template, launch configuration or fleet."""
    for resource in root.resources_of("aws_ebs_volume"):
        yield Volume(
            resource,
            "the volume",
            encrypted=resource.get("encrypted"),
            origin=resource.get("snapshot_id"),
            key=resource.get("kms_key_id"),
        )
    for resource in root.resources_of("aws_ebs_volume_copy"):
        yield Volume(resource, "the copied volume", origin=resource.get("source_volume_id"))
    for resource in root.resources_of("aws_drs_replication_configuration_template"):
        encrypted = switched_unless(resource.get("ebs_encryption"), off="NONE")
        yield Volume(resource, "each replicated volume", encrypted=encrypted)
    yield from _task_volumes(root)
    for resource in root.resources_of("aws_instance"):
        yield from _machine_devices(resource, "the machine's", resource, resource.get("ami"))
    for resource in root.resources_of("aws_spot_instance_request"):
        yield from _machine_devices(resource, "the spot request's", resource, resource.get("ami"))
    for resource in root.resources_of("aws_launch_configuration"):
        yield from _machine_devices(resource, "the launch configuration's", resource, resource.get("image_id"))
    for resource in root.resources_of("aws_spot_fleet_request"):
        for launch in each(resource.get("launch_specification")):
            yield from _machine_devices(resource, "the fleet's", launch, launch.get("ami"))
    for resource in root.resources_of("aws_launch_template"):
        mappings, image = resource.get("block_device_mappings"), resource.get("image_id")
        yield from _mapped_devices(resource, "the template's", mappings, image)


def _task_volumes(root: Root) -> Iterator[Volume]:
    """The volumes of container services that say how they are encrypted: the provider encrypts the others."""
    for resource in root.resources_of("aws_ecs_service"):
        for block in each(resource.get("volume_configuration"), "managed_ebs_volume"):
            encrypted, snapshot = block.get("encrypted"), block.get("snapshot_id")
            if not encrypted.is_absent:
                switch = on_unless_given(encrypted)
                yield Volume(resource, "the task volume", encrypted=switch, origin=snapshot, place=block.place)


def image_devices(root: Root) -> Iterator[Volume]:
    """Every block device that an image is registered or built with."""
    for resource in root.resources_of("aws_ami"):
        root_names = (resource.get("root_device_name").known_text or "/dev/sda1",)
        for block in each(resource.get("ebs_block_device")):
            name = block.get("device_name")
            starts_machine = is_root_device(name, root_names)
            yield _device(resource, "the image's", block, block.place, name, block.get("snapshot_id"), starts_machine)
    for resource in root.resources_of("aws_imagebuilder_image_recipe"):
        mappings, parent = resource.get("block_device_mapping"), resource.get("parent_image")
        yield from _mapped_devices(resource, "the image's", mappings, parent)


def _machine_devices(resource: Resource, owner: str, holder: Resource | Value, image: Value) -> Iterator[Volume]:
    """The root device and the others, each in blocks of its own kind."""
    for block in each(holder.get("root_block_device")):
        yield _device(resource, owner, block, block.place, ABSENT, image_origin(image), True)
    for block in each(holder.get("ebs_block_device")):
        is_removed = block.get("no_device").verdict(is_true)
        if is_removed is not True:
            name, certain = block.get("device_name"), is_removed is False
            yield _device(resource, owner, block, block.place, name, block.get("snapshot_id"), False, certain=certain)


def _mapped_devices(resource: Resource, owner: str, mappings: Value, image: Value) -> Iterator[Volume]:
    """The devices of a list of mappings, where only its name tells the root device."""
    for mapping in each(mappings):
        is_instance_store = unless_empty(mapping.get("virtual_name")).verdict(lambda _name: True)
        if is_instance_store:
            continue
        name = mapping.get("device_name")
        starts_machine = is_root_device(name)
        for ebs in each(mapping.get("ebs")):
            snapshot = unless_empty(ebs.get("snapshot_id"))
            from_image = snapshot.is_absent and starts_machine is not False
            origin = image_origin(image) if from_image else snapshot
            certain = is_instance_store is False
            yield _device(resource, owner, ebs, mapping.place, name, origin, starts_machine, certain=certain)


def _device(
    resource: Resource,
    owner: str,
    block: Value,
    place: Span | None,
    name: Value,
    origin: Value,
    starts_machine: bool | None,
    *,
    certain: bool = True,
) -> Volume:
    kind = "root device" if name.is_absent and starts_machine else "block device"
    return Volume(
        resource,
        f"{owner} {kind} {name.known_text or ''}".rstrip(),
        encrypted=block.get("encrypted"),
        origin=origin,
        key=block.get("kms_key_id"),
        place=place,
        starts_machine=starts_machine,
        certain=certain,
    )


def sources(root: Root) -> Iterator[Medium]:
    """Every snapshot of a volume, every image made from a machine, and the public images that are looked up."""
    for resource in root.resources_of("aws_ebs_snapshot"):
        yield Snapshot(resource, "the snapshot", origin=resource.get("volume_id"))
    for resource in root.resources_of("aws_ami_from_instance"):
        yield Image(resource, "the image", origin=resource.get("source_instance_id"))
    for resource in root.resources_of("aws_imagebuilder_image"):
        yield Image(resource, "the built image", origin=resource.get("image_recipe_arn"))
    for resource in root.data_sources_of("aws_ami"):
        owners = list(each(resource.get("owners")))
        if owners and all(owner.known_text in PUBLIC_OWNERS for owner in owners):
            yield Image(resource, "the public image", encrypted=Known(False))
    for resource in root.data_sources_of("aws_ssm_parameter"):
        if (resource.get("name").known_text or "").startswith(PUBLIC_PARAMETERS):
            yield Image(resource, "the public image", encrypted=Known(False))


def copies(root: Root) -> Iterator[Copy]:
    """Every copy of a snapshot or image, every import, and the copies that lifecycle policies make."""
    for resource in root.resources_of("aws_ebs_snapshot_copy"):
        yield _copy(resource, "the copy of the snapshot", resource.get("source_snapshot_id"))
    for resource in root.resources_of("aws_ami_copy"):
        yield _copy(resource, "the copy of the image", resource.get("source_ami_id"))
    for resource in root.resources_of("aws_ebs_snapshot_import"):
        yield _copy(resource, "the imported snapshot", ABSENT)
    for resource in root.resources_of("aws_dlm_lifecycle_policy"):
        details = resource.get("policy_details")
        for rule in each(details, "schedule", "cross_region_copy_rule"):
            yield _lifecycle_copy(resource, rule, rule)
        for copy in each(details, "action", "cross_region_copy"):
            yield _lifecycle_copy(resource, copy, copy.at("encryption_configuration"))


def _copy(resource: Resource, subject: str, source: Value) -> Copy:
    encrypted, key = resource.get("encrypted"), resource.get("kms_key_id")
    return Copy(resource, subject, encrypted=encrypted, origin=source, key=key)


def _lifecycle_copy(resource: Resource, rule: Value, encryption: Value) -> Copy:
    return Copy(
        resource,
        "the lifecycle policy's copy in another Region",
        encrypted=encryption.at("encrypted"),
        origin=Unknown("the volumes are chosen by their tags"),
        key=encryption.at("cmk_arn"),
        place=rule.place,
    )


def default_encryption(root: Root) -> Iterator[DefaultEncryption]:
    """The switch of the account, one a Region."""
    for resource in root.resources_of("aws_ebs_encryption_by_default"):
        yield DefaultEncryption(resource, resource.get("enabled"))
