"""IAM: from policy documents to what a principal can do in the end."""
