"""What `cfn-lint --append-rules` is pointed at; it can be copied to wherever cfn-lint looks for rules."""
