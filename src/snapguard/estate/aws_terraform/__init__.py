"""How Terraform code for AWS becomes an estate: attribute names of Terraform live here and nowhere else."""
