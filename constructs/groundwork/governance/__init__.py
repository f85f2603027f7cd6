"""Who gets how much of a cluster: queues, priorities and quotas by team."""
