"""A live account, as `aws iam get-account-authorization-details` prints it, as the things that are judged."""
