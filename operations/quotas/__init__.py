"""Whether an account's quotas hold what an environment asks for."""
