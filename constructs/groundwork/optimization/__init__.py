"""EAGLE: from weights in S3 to a draft head that has proven itself, switched on once a person has approved it."""
