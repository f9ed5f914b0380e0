"""What `checkov --external-checks-dir` is pointed at; it can be copied to wherever Checkov looks for checks."""
