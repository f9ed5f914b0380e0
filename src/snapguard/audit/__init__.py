"""The entitlement review: who may do what with copies of disks and databases."""
