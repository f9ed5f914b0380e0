"""Terraform: from files to the resources that a plan would show."""
