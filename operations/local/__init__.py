"""The platform on an embedded AWS engine: no account, no credentials, no container runtime."""
