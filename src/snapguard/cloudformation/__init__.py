"""CloudFormation: from templates to the resources that a stack would hold."""
