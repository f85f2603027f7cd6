"""GPU endpoints: from weights in S3 to an endpoint that scales, updates safely and calls a person when it fails."""
