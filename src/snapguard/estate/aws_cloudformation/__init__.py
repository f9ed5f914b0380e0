"""How CloudFormation templates become an estate: property names live here and nowhere else."""
