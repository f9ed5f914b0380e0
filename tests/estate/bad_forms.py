"""A bad form of every resource type that a check of copies, shares and restored databases and machines judges.

Each is a whole configuration, by language and check; the finding stands on the resource `x` (in a template: `X`), on
one that is named after it (`x2`), or on the rule `r` (`R`). The good forms are these, mended as the findings say.
"""

SNAPSHOT = 'snapshot_id = "snap-0123456789abcdef0"'
STRANGER = "999988887777"


def resource(kind, text, name="x"):
    return f'resource "{kind}" "{name}" {{\n{text}\n}}\n'


def template(kind, text, name="X"):
    lines = "\n".join(f"      {line}" for line in text.strip("\n").split("\n"))
    return f"  {name}:\n    Type: {kind}\n    Properties:\n{lines}\n"


def policy(name, action, principal=STRANGER):
    statement = f'{{ Effect = "Allow", Principal = {{ AWS = "{principal}" }}, Action = "{action}", Resource = "*" }}'
    return f'{name} = jsonencode({{ Version = "2012-10-17", Statement = [{statement}] }})'


def template_policy(name, action):
    return (
        f'{name}:\n  Version: "2012-10-17"\n  Statement:\n'
        f'    - {{Effect: Allow, Principal: {{AWS: "{STRANGER}"}}, Action: "{action}", Resource: "*"}}'
    )


LIFECYCLE = """
description        = "d"
execution_role_arn = "arn:aws:iam::111122223333:role/lifecycle"
policy_details {
  resource_types = ["VOLUME"]
  %s
}
"""
TIMES = "create_rule {\ninterval = 24\n}\nretain_rule {\ncount = 7\n}"
SCHEDULE = LIFECYCLE % f'target_tags = {{ Backup = "daily" }}\nschedule {{\nname = "daily"\n{TIMES}\n%s\n}}'
DEVICE = 'device_name = "/dev/sdf"\nencrypted = false'
RESTORED = resource(
    "aws_instance",
    'ami = "ami-12345678"\ninstance_type = "t3.micro"\nvpc_security_group_ids = [%s]\n'
    f'ebs_block_device {{\ndevice_name = "/dev/sdf"\n{SNAPSHOT}\n}}',
    "restored",
)
GROUP = resource("aws_security_group", "", "g")
RESTORED_DATABASE = resource(
    "aws_db_instance",
    'engine = "postgres"\ninstance_class = "db.t3.micro"\nsnapshot_identifier = "s"\n'
    "vpc_security_group_ids = [%s]\npublicly_accessible = true",
    "restored",
)


def openings(port, side, world="cidr_blocks", restored=RESTORED):
    """Every way to write an opening, on something that is restored."""
    ranges = '["0.0.0.0/0"]' if world == "cidr_blocks" else '["::/0"]'
    one = 'cidr_ipv4 = "0.0.0.0/0"' if world == "cidr_blocks" else 'cidr_ipv6 = "::/0"'
    ports = f"from_port = {port}\nto_port = {port}"
    block = f'{side} {{\nprotocol = "tcp"\n{ports}\n{world} = {ranges}\n}}'
    behind = "security_group_id = aws_security_group.g.id\n"
    return [
        resource("aws_security_group", block) + restored % "aws_security_group.x.id",
        resource("aws_default_security_group", block) + restored % "aws_default_security_group.x.id",
        GROUP
        + restored % "aws_security_group.g.id"
        + resource(
            "aws_security_group_rule", f'type = "{side}"\nprotocol = "tcp"\n{ports}\n{world} = {ranges}\n{behind}'
        ),
        GROUP
        + restored % "aws_security_group.g.id"
        + resource(f"aws_vpc_security_group_{side}_rule", f'ip_protocol = "tcp"\n{ports}\n{one}\n{behind}'),
    ]


def database(kind, text):
    return resource(kind, f"{text}\nskip_final_snapshot = true")


SHARES = [
    resource("aws_ami_launch_permission", 'image_id = "ami-12345678"\n%s'),
    resource(
        "aws_imagebuilder_distribution_configuration",
        'name = "x"\ndistribution {\nregion = "eu-west-1"\nami_distribution_configuration {\n%s\n}\n}',
    ),
]
SHARED_ACCOUNTS = {
    "aws_db_snapshot": 'db_instance_identifier = "d"\ndb_snapshot_identifier = "s"',
    "aws_db_snapshot_copy": 'source_db_snapshot_identifier = "s"\ntarget_db_snapshot_identifier = "copied"',
    "aws_db_cluster_snapshot": 'db_cluster_identifier = "c"\ndb_cluster_snapshot_identifier = "taken"',
    "aws_rds_cluster_snapshot_copy": 'source_db_cluster_snapshot_identifier = "taken"\n'
    'target_db_cluster_snapshot_identifier = "copied"',
}


def shares(receiver, kinds):
    """Every share that names accounts, for a receiver, and those of other kinds that are given."""
    yield from (resource(kind, f'{text}\nshared_accounts = ["{receiver}"]') for kind, text in SHARED_ACCOUNTS.items())
    yield resource("aws_dlm_lifecycle_policy", SCHEDULE % f'share_rule {{\ntarget_accounts = ["{receiver}"]\n}}')
    yield resource("aws_snapshot_create_volume_permission", f'{SNAPSHOT}\naccount_id = "{receiver}"')
    image, built = SHARES
    for single, plural, value in kinds:
        yield image % f'{single} = "{value}"'
        yield built % f'launch_permission {{\n{plural} = ["{value}"]\n}}'


ORGANIZATION = "arn:aws:organizations::999988887777:organization/o-theirs0000"
UNIT = "arn:aws:organizations::999988887777:ou/o-theirs0000/ou-ab12-cd34ef56"
BACKUP_RULE = """
name = "x"
rule {
  rule_name         = "daily"
  target_vault_name = "daily"
  copy_action {
    destination_vault_arn = %s
  }
}
"""
THEIR_VAULT = "arn:aws:backup:eu-central-1:999988887777:backup-vault:theirs"
BARE = resource("aws_backup_vault", 'name = "bare"', "x2")


def organization_policy(kind, content):
    return resource("aws_organizations_policy", f'name = "x"\ntype = "{kind}"\ncontent = jsonencode({content})')


def organization_copy(vault):
    action = f'"daily" = {{ target_backup_vault_arn = {{ "@@assign" = {vault} }} }}'
    rules = f"{{ daily = {{ copy_actions = {{ {action} }} }} }}"
    return organization_policy("BACKUP_POLICY", f"{{ plans = {{ daily = {{ rules = {rules} }} }} }}")


KEY_OF_A_VOLUME = "\n" + resource(
    "aws_ebs_volume", 'availability_zone = "a"\nsize = 1\nencrypted = true\nkms_key_id = %s', "protected"
)


def keys():
    statement = policy("policy", "kms:Decrypt")
    for kind, text in {
        "aws_kms_key": "",
        "aws_kms_external_key": "",
        "aws_kms_replica_key": 'primary_key_arn = "arn:aws:kms:us-east-1:111122223333:key/mrk-1"',
        "aws_kms_replica_external_key": 'primary_key_arn = "arn:aws:kms:us-east-1:111122223333:key/mrk-1"',
    }.items():
        yield resource(kind, f"{text}\n{statement}") + KEY_OF_A_VOLUME % f"{kind}.x.arn"
    key = resource("aws_kms_key", "", "k") + KEY_OF_A_VOLUME % "aws_kms_key.k.arn"
    yield key + resource("aws_kms_key_policy", f"key_id = aws_kms_key.k.id\n{statement}")
    grantee = f'grantee_principal = "arn:aws:iam::{STRANGER}:role/theirs"'
    yield key + resource("aws_kms_grant", f'key_id = aws_kms_key.k.id\n{grantee}\noperations = ["Decrypt"]')


TERRAFORM = {
    "SNAP201": [
        resource("aws_ebs_volume", 'availability_zone = "a"\nsize = 1'),
        resource("aws_ebs_volume", 'availability_zone = "a"\nsize = 1\nkms_key_id = aws_kms_key.copies.arn')
        + resource("aws_kms_key", "", "copies"),
        resource(
            "aws_drs_replication_configuration_template",
            'ebs_encryption = "NONE"\nassociate_default_security_group = false\nbandwidth_throttling = 1\n'
            'create_public_ip = false\ndata_plane_routing = "PRIVATE_IP"\ndefault_large_staging_disk_type = "GP3"\n'
            'replication_server_instance_type = "t3.small"\nreplication_servers_security_groups_ids = ["sg-12345678"]\n'
            'staging_area_subnet_id = "subnet-12345678"\nstaging_area_tags = {}\n'
            "use_dedicated_replication_server = false\n"
            'pit_policy {\ninterval = 1\nretention_duration = 1\nunits = "DAY"\n}',
        ),
        resource("aws_ebs_volume_copy", "source_volume_id = aws_ebs_volume.plain.id")
        + resource("aws_ebs_volume", 'availability_zone = "a"\nsize = 1', "plain"),
        resource(
            "aws_ecs_service",
            'name = "x"\nvolume_configuration {\nname = "v"\n'
            'managed_ebs_volume {\nrole_arn = "arn:aws:iam::111122223333:role/r"\nencrypted = false\n}\n}',
        ),
        *(
            resource(kind, f'{image} = "ami-12345678"\ninstance_type = "t3.micro"\n{block} {{\n{text}\n}}')
            for kind, image in (
                ("aws_instance", "ami"),
                ("aws_spot_instance_request", "ami"),
                ("aws_launch_configuration", "image_id"),
            )
            for block, text in (("root_block_device", "encrypted = false"), ("ebs_block_device", DEVICE))
        ),
        resource(
            "aws_launch_template",
            f'block_device_mappings {{\n{DEVICE.split(chr(10))[0]}\nebs {{\nencrypted = "false"\n}}\n}}',
        ),
        *(
            resource(
                "aws_spot_fleet_request",
                'iam_fleet_role = "arn:aws:iam::111122223333:role/r"\n'
                'target_capacity = 1\nlaunch_specification {\nami = "ami-12345678"\n'
                f'instance_type = "t3.micro"\n{block} {{\n{text}\n}}\n}}',
            )
            for block, text in (("root_block_device", "encrypted = false"), ("ebs_block_device", DEVICE))
        ),
    ],
    "SNAP202": [
        resource("aws_ami_copy", 'name = "x"\nsource_ami_id = "ami-12345678"\nsource_ami_region = "us-east-1"'),
        resource("aws_ebs_snapshot_copy", 'source_snapshot_id = "snap-12345678"\nsource_region = "us-east-1"'),
        resource(
            "aws_ebs_snapshot_import",
            'disk_container {\nformat = "VHD"\nuser_bucket {\ns3_bucket = "b"\ns3_key = "k"\n}\n}',
        ),
        resource(
            "aws_dlm_lifecycle_policy",
            SCHEDULE % 'cross_region_copy_rule {\ntarget = "us-east-1"\nencrypted = false\n}',
        ),
        resource(
            "aws_dlm_lifecycle_policy",
            LIFECYCLE
            % 'policy_type = "EVENT_BASED_POLICY"\naction {\nname = "copy"\ncross_region_copy {\ntarget = "us-east-1"\n'
            "encryption_configuration {\nencrypted = false\n}\n}\n}",
        ),
    ],
    "SNAP203": [resource("aws_ebs_encryption_by_default", "enabled = false")],
    "SNAP204": [
        resource("aws_ami", f'name = "x"\nroot_device_name = "/dev/sdf"\nebs_block_device {{\n{DEVICE}\n}}'),
        resource(
            "aws_imagebuilder_image_recipe",
            'name = "x"\nparent_image = "ami-12345678"\nversion = "1.0.0"\n'
            'component {\ncomponent_arn = "arn:aws:imagebuilder:eu-west-1:aws:component/update-linux/x.x.x"\n}\n'
            "block_device_mapping {\n"
            'device_name = "/dev/sdf"\nebs {\nencrypted = "false"\n}\n}',
        ),
    ],
    "SNAP205": [
        database("aws_db_instance", 'engine = "postgres"\ninstance_class = "db.t3.micro"'),
        database("aws_rds_cluster", 'engine = "aurora-mysql"'),
        database("aws_docdb_cluster", ""),
        database("aws_neptune_cluster", ""),
        resource("aws_rds_global_cluster", 'global_cluster_identifier = "x"\nengine = "aurora-mysql"'),
        resource("aws_docdb_global_cluster", 'global_cluster_identifier = "x"\nengine = "docdb"'),
        resource("aws_neptune_global_cluster", 'global_cluster_identifier = "x"\nengine = "neptune"'),
        resource("aws_redshift_cluster", 'cluster_identifier = "x"\nnode_type = "ra3.large"\nencrypted = false'),
        resource("aws_efs_file_system", ""),
        resource("aws_elasticache_replication_group", 'replication_group_id = "x"\ndescription = "x"'),
        resource("aws_elasticache_cluster", 'cluster_id = "x"\nengine = "redis"'),
    ],
    "SNAP206": [
        resource(
            "aws_db_snapshot_copy",
            f'{SHARED_ACCOUNTS["aws_db_snapshot_copy"]}\ndestination_region = "us-east-1"',
        ),
        resource(
            "aws_rds_cluster_snapshot_copy",
            f'{SHARED_ACCOUNTS["aws_rds_cluster_snapshot_copy"]}\ndestination_region = "us-east-1"',
        ),
        database("aws_db_instance", 'engine = "postgres"\ninstance_class = "db.t3.micro"').replace('"x"', '"d"')
        + resource("aws_db_instance_automated_backups_replication", "source_db_instance_arn = aws_db_instance.d.arn"),
        resource(
            "aws_redshift_cluster",
            'cluster_identifier = "x"\nnode_type = "ra3.large"\nencrypted = false\n'
            'snapshot_copy {\ndestination_region = "us-east-1"\n}',
        ),
        resource("aws_redshift_cluster", 'cluster_identifier = "w"\nnode_type = "ra3.large"\nencrypted = false', "w")
        + resource(
            "aws_redshift_snapshot_copy",
            'cluster_identifier = aws_redshift_cluster.w.id\ndestination_region = "us-east-1"',
        ),
    ],
    "SNAP207": [
        resource("aws_backup_vault", 'name = "plain"'),
        BARE + resource("aws_backup_plan", BACKUP_RULE % "aws_backup_vault.x2.arn"),
        BARE + organization_copy("aws_backup_vault.x2.arn"),
    ],
    "SNAP301": list(shares("all", [("group", "user_groups", "all")])),
    "SNAP302": [
        *shares(
            STRANGER,
            [
                ("account_id", "user_ids", STRANGER),
                ("organization_arn", "organization_arns", ORGANIZATION),
                ("organizational_unit_arn", "organizational_unit_arns", UNIT),
            ],
        ),
        SHARES[1] % f'target_account_ids = ["{STRANGER}"]',
        resource(
            "aws_redshiftserverless_resource_policy",
            'resource_arn = "arn:aws:redshift-serverless:eu-west-1:111122223333:snapshot/s"\n'
            + policy("policy", "redshift-serverless:RestoreFromSnapshot"),
        ),
        resource("aws_ram_resource_share", 'name = "s"\nallow_external_principals = true', "s")
        + resource(
            "aws_ram_resource_association",
            'resource_arn = "arn:aws:rds:eu-west-1:111122223333:cluster:c"\n'
            "resource_share_arn = aws_ram_resource_share.s.arn",
            "a",
        )
        + resource(
            "aws_ram_principal_association",
            f'principal = "{STRANGER}"\nresource_share_arn = aws_ram_resource_share.s.arn',
        ),
    ],
    "SNAP303": [
        resource("aws_ebs_snapshot_block_public_access", 'state = "unblocked"'),
        resource("aws_ebs_snapshot_block_public_access", 'state = "block-new-sharing"'),
        resource("aws_ec2_image_block_public_access", 'state = "unblocked"'),
        *(
            organization_policy(
                "DECLARATIVE_POLICY_EC2",
                f'{{ ec2_attributes = {{ {name} = {{ state = {{ "@@assign" = "unblocked" }} }} }} }}',
            )
            for name in ("snapshot_block_public_access", "image_block_public_access")
        ),
    ],
    "SNAP304": [
        resource(
            "aws_backup_vault_policy", 'backup_vault_name = "v"\n' + policy("policy", "backup:CopyIntoBackupVault")
        ),
        resource("aws_backup_vault_policy", 'backup_vault_name = "v"\n' + policy("policy", "backup:*", "*")),
    ],
    "SNAP305": list(keys()),
    "SNAP306": [
        resource("aws_backup_plan", BACKUP_RULE % f'"{THEIR_VAULT}"'),
        organization_copy(f'"{THEIR_VAULT}"'),
    ],
    "SNAP307": [
        resource(
            "aws_dynamodb_table_export",
            'table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/t"\n'
            's3_bucket = "b"\ns3_sse_algorithm = "AES256"',
        ),
        resource(
            "aws_dynamodb_table_export",
            'table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/t"\n'
            f's3_bucket = "b"\ns3_bucket_owner = "{STRANGER}"\ns3_sse_algorithm = "KMS"\n'
            's3_sse_kms_key_id = "alias/k"',
        ),
        resource(
            "aws_rds_export_task",
            'export_task_identifier = "x"\nsource_arn = "s"\ns3_bucket_name = "b"\n'
            'iam_role_arn = "arn:aws:iam::111122223333:role/r"\n'
            f'kms_key_id = "arn:aws:kms:eu-west-1:{STRANGER}:key/k"',
        ),
    ],
    "SNAP401": [*openings(22, "ingress"), *openings(22, "ingress", "ipv6_cidr_blocks")],
    "SNAP402": [*openings(22, "egress"), *openings(22, "egress", "ipv6_cidr_blocks")],
    "SNAP403": [*openings(3389, "ingress"), *openings(3389, "ingress", "ipv6_cidr_blocks")],
    "SNAP404": [
        *openings(5432, "ingress", restored=RESTORED_DATABASE),
        *openings(5432, "ingress", "ipv6_cidr_blocks", restored=RESTORED_DATABASE),
        database(
            "aws_db_instance", 'instance_class = "db.t3.micro"\nsnapshot_identifier = "s"\npublicly_accessible = true'
        ),
        database("aws_rds_cluster", 'snapshot_identifier = "s"\nengine = "aurora-mysql"').replace('"x"', '"c"')
        + resource(
            "aws_rds_cluster_instance",
            'cluster_identifier = aws_rds_cluster.c.id\nengine = "aurora-mysql"\ninstance_class = "db.r6g.large"\n'
            "publicly_accessible = true",
        ),
        database("aws_neptune_cluster", 'snapshot_identifier = "s"').replace('"x"', '"c"')
        + resource(
            "aws_neptune_cluster_instance",
            'cluster_identifier = aws_neptune_cluster.c.id\ninstance_class = "db.r6g.large"\n'
            "publicly_accessible = true",
        ),
        database(
            "aws_redshift_cluster",
            'cluster_identifier = "x"\nnode_type = "ra3.large"\nsnapshot_identifier = "s"\n'
            "encrypted = true\npublicly_accessible = true",
        ),
        resource(
            "aws_backup_restore_testing_selection",
            'name = "x"\nrestore_testing_plan_name = "p"\nprotected_resource_type = "RDS"\n'
            'protected_resource_arns = ["*"]\niam_role_arn = "arn:aws:iam::111122223333:role/r"\n'
            'restore_metadata_overrides = { publiclyAccessible = "true" }',
        ),
    ],
}

MAPPINGS = "BlockDeviceMappings:\n  - DeviceName: /dev/sdf\n    Ebs: {Encrypted: false}"


def within(text, *keys):
    """Lines below nested keys, outermost first; a key that ends in `[]` holds a list."""
    for key in reversed(keys):
        lines = text.split("\n")
        mark = "- " if key.endswith("[]") else "  "
        text = "\n".join([f"{key.removesuffix('[]')}:", f"  {mark if mark == '- ' else ''}{lines[0]}"])
        text += "".join(f"\n  {'  ' if mark == '- ' else ''}{line}" for line in lines[1:])
    return text


TEMPLATE_RESTORED = template(
    "AWS::EC2::Instance",
    "ImageId: ami-12345678\nSecurityGroupIds: [!GetAtt %s.GroupId]\nBlockDeviceMappings:\n"
    "  - {DeviceName: /dev/sdf, Ebs: {SnapshotId: snap-0123456789abcdef0}}",
    "Restored",
)
TEMPLATE_DATABASE = template(
    "AWS::RDS::DBInstance",
    "Engine: postgres\nDBInstanceClass: db.t3.micro\nDBSnapshotIdentifier: s\nPubliclyAccessible: true\n"
    "VPCSecurityGroups: [!GetAtt %s.GroupId]",
    "Restored",
)


def template_openings(port, side, restored=TEMPLATE_RESTORED):
    for world in ("CidrIp: 0.0.0.0/0", 'CidrIpv6: "::/0"'):
        rule = f"IpProtocol: tcp\nFromPort: {port}\nToPort: {port}\n{world}"
        group = within(rule, f"SecurityGroup{side}[]")
        yield template("AWS::EC2::SecurityGroup", f"GroupDescription: g\n{group}") + restored % "X"
        yield (
            template("AWS::EC2::SecurityGroup", "GroupDescription: g", "G")
            + restored % "G"
            + template(f"AWS::EC2::SecurityGroup{side}", f"GroupId: !GetAtt G.GroupId\n{rule}")
        )


TEMPLATE_LIFECYCLE = (
    "Description: d\nState: ENABLED\nExecutionRoleArn: r\nPolicyDetails:\n  ResourceTypes: [VOLUME]\n  "
)
TEMPLATE_PLAN = within(
    "RuleName: daily\nTargetBackupVault: daily\nCopyActions:\n  - DestinationBackupVaultArn: %s",
    "BackupPlan",
    "BackupPlanRule[]",
).replace("BackupPlan:\n", "BackupPlan:\n  BackupPlanName: x\n")
TEMPLATE_BUILT = "Name: x\n" + within("Region: eu-west-1\nAmiDistributionConfiguration: {%s}", "Distributions[]")
TEMPLATE_BARE = template("AWS::Backup::BackupVault", "BackupVaultName: bare", "X2")


def template_organization_policy(kind, content):
    return template("AWS::Organizations::Policy", f"Name: x\nType: {kind}\nContent: {content}")


def template_organization_copy(vault):
    actions = f'{{daily: {{target_backup_vault_arn: {{"@@assign": {vault}}}}}}}'
    content = f"{{plans: {{daily: {{rules: {{daily: {{copy_actions: {actions}}}}}}}}}}}"
    return template_organization_policy("BACKUP_POLICY", content)


CLOUDFORMATION = {
    "SNAP201": [
        template("AWS::EC2::Volume", "AvailabilityZone: a\nSize: 1"),
        template("AWS::WorkspacesInstances::Volume", "AvailabilityZone: a"),
        template("AWS::WorkspacesInstances::WorkspaceInstance", within(MAPPINGS, "ManagedInstance")),
        template("AWS::DRS::ReplicationConfigurationTemplate", "EbsEncryption: NONE"),
        template(
            "AWS::ECS::Service",
            within("Name: v\nManagedEBSVolume: {RoleArn: r, Encrypted: false}", "VolumeConfigurations[]"),
        ),
        template("AWS::EC2::Instance", MAPPINGS),
        template("AWS::EC2::LaunchTemplate", within(MAPPINGS, "LaunchTemplateData")),
        template("AWS::AutoScaling::LaunchConfiguration", f"ImageId: ami-12345678\nInstanceType: t3.micro\n{MAPPINGS}"),
        template("AWS::EC2::SpotFleet", within(MAPPINGS, "SpotFleetRequestConfigData", "LaunchSpecifications[]")),
        template("AWS::EC2::EC2Fleet", within(MAPPINGS, "LaunchTemplateConfigs[]", "Overrides[]")),
    ],
    "SNAP202": [
        template(
            "AWS::DLM::LifecyclePolicy",
            TEMPLATE_LIFECYCLE + "Schedules: [{Name: d, CrossRegionCopyRules: [{TargetRegion: r, Encrypted: false}]}]",
        ),
        template(
            "AWS::DLM::LifecyclePolicy",
            TEMPLATE_LIFECYCLE
            + "Actions: [{Name: c, CrossRegionCopy: [{Target: r, EncryptionConfiguration: {Encrypted: false}}]}]",
        ),
    ],
    "SNAP204": [template("AWS::ImageBuilder::ImageRecipe", f"Name: x\nVersion: 1.0.0\nParentImage: ami-1\n{MAPPINGS}")],
    "SNAP205": [
        template("AWS::RDS::DBInstance", "Engine: postgres\nDBInstanceClass: db.t3.micro\nPubliclyAccessible: false"),
        template("AWS::RDS::DBCluster", "Engine: aurora-mysql"),
        template("AWS::DocDB::DBCluster", "MasterUsername: m"),
        template("AWS::Neptune::DBCluster", "DBClusterIdentifier: x"),
        template("AWS::RDS::GlobalCluster", "Engine: aurora-mysql"),
        template("AWS::DocDB::GlobalCluster", "GlobalClusterIdentifier: x"),
        template("AWS::Neptune::GlobalCluster", "GlobalClusterIdentifier: x"),
        template("AWS::Redshift::Cluster", "NodeType: ra3.large\nEncrypted: false"),
        template("AWS::EFS::FileSystem", "PerformanceMode: generalPurpose"),
        template("AWS::ElastiCache::ReplicationGroup", "ReplicationGroupDescription: x"),
    ],
    "SNAP206": [
        template(
            "AWS::RDS::DBInstance",
            "Engine: postgres\nDBInstanceClass: db.t3.micro\nPubliclyAccessible: false\n"
            "AutomaticBackupReplicationRegion: us-east-1",
        ),
        template("AWS::Redshift::Cluster", "NodeType: ra3.large\nEncrypted: false\nDestinationRegion: us-east-1"),
    ],
    "SNAP207": [
        template("AWS::Backup::BackupVault", "BackupVaultName: x"),
        TEMPLATE_BARE + template("AWS::Backup::BackupPlan", TEMPLATE_PLAN % "!GetAtt X2.BackupVaultArn"),
        TEMPLATE_BARE + template_organization_copy("!GetAtt X2.BackupVaultArn"),
    ],
    "SNAP301": [
        template(
            "AWS::DLM::LifecyclePolicy",
            TEMPLATE_LIFECYCLE + "Schedules: [{Name: d, ShareRules: [{TargetAccounts: [all]}]}]",
        ),
        template(
            "AWS::ImageBuilder::DistributionConfiguration",
            TEMPLATE_BUILT % "LaunchPermissionConfiguration: {UserGroups: [all]}",
        ),
    ],
    "SNAP302": [
        template(
            "AWS::DLM::LifecyclePolicy",
            TEMPLATE_LIFECYCLE + f'Schedules: [{{Name: d, ShareRules: [{{TargetAccounts: ["{STRANGER}"]}}]}}]',
        ),
        *(
            template("AWS::ImageBuilder::DistributionConfiguration", TEMPLATE_BUILT % text)
            for text in (
                f'TargetAccountIds: ["{STRANGER}"]',
                f'LaunchPermissionConfiguration: {{UserIds: ["{STRANGER}"]}}',
                f"LaunchPermissionConfiguration: {{OrganizationArns: ['{ORGANIZATION}']}}",
                f"LaunchPermissionConfiguration: {{OrganizationalUnitArns: ['{UNIT}']}}",
            )
        ),
        template(
            "AWS::RAM::ResourceShare",
            f'Name: x\nPrincipals: ["{STRANGER}"]\n'
            'ResourceArns: [!Sub "arn:aws:rds:eu-west-1:${AWS::AccountId}:cluster:c"]',
        ),
        template("AWS::RAM::ResourceShare", "Name: s", "S")
        + template(
            "AWS::RAM::ResourceAssociation",
            "ResourceShareArn: !GetAtt S.Arn\nResourceArn: arn:aws:backup:eu-west-1:111122223333:backup-vault:gapped",
            "A",
        )
        + template("AWS::RAM::PrincipalAssociation", f'ResourceShareArn: !Ref S\nPrincipal: "{STRANGER}"'),
    ],
    "SNAP303": [
        template("AWS::EC2::SnapshotBlockPublicAccess", "State: block-new-sharing"),
        *(
            template_organization_policy(
                "DECLARATIVE_POLICY_EC2", f'{{ec2_attributes: {{{name}: {{state: {{"@@assign": unblocked}}}}}}}}'
            )
            for name in ("snapshot_block_public_access", "image_block_public_access")
        ),
    ],
    "SNAP304": [
        template("AWS::Backup::BackupVault", template_policy("AccessPolicy", "backup:CopyIntoBackupVault")),
        template(
            "AWS::Backup::LogicallyAirGappedBackupVault",
            "BackupVaultName: x\n" + template_policy("AccessPolicy", "backup:CopyFromBackupVault"),
        ),
    ],
    "SNAP305": [
        template(kind, template_policy("KeyPolicy", "kms:Decrypt"))
        + template("AWS::EC2::Volume", "Encrypted: true\nKmsKeyId: !GetAtt X.Arn", "Protected")
        for kind in ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
    ],
    "SNAP306": [
        template("AWS::Backup::BackupPlan", TEMPLATE_PLAN % THEIR_VAULT),
        template_organization_copy(THEIR_VAULT),
    ],
    "SNAP401": list(template_openings(22, "Ingress")),
    "SNAP402": list(template_openings(22, "Egress")),
    "SNAP403": list(template_openings(3389, "Ingress")),
    "SNAP404": [
        *template_openings(5432, "Ingress", TEMPLATE_DATABASE),
        template("AWS::RDS::DBInstance", "DBSnapshotIdentifier: s\nPubliclyAccessible: true"),
        template("AWS::RDS::DBCluster", "Engine: postgres\nSnapshotIdentifier: s\nPubliclyAccessible: true"),
        template("AWS::Neptune::DBCluster", "SnapshotIdentifier: s", "C")
        + template("AWS::Neptune::DBInstance", "DBClusterIdentifier: !Ref C\nPubliclyAccessible: true"),
        template("AWS::Redshift::Cluster", "SnapshotIdentifier: s\nPubliclyAccessible: true"),
        template("AWS::RedshiftServerless::Workgroup", "WorkgroupName: x\nSnapshotName: s\nPubliclyAccessible: true"),
        template(
            "AWS::Backup::RestoreTestingSelection",
            "RestoreTestingSelectionName: x\nProtectedResourceType: RDS\n"
            'RestoreMetadataOverrides: {publiclyAccessible: "true"}',
        ),
    ],
}
FORMS = {"terraform": TERRAFORM, "cloudformation": CLOUDFORMATION}
