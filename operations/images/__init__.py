"""The image lock: which bytes stand behind each image tag that the platform names."""
