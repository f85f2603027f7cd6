"""What an agent in a browser's sandbox is told by its environment; none of it is a secret."""

_CREDENTIALS = "169.254.170.2"
"""Where a task gets the keys of its role."""


def browser_environment(*, region: str, endpoint: str, component: bool, proxy: str) -> dict[str, str]:
    """Variables by name.

    Args:
        component: whether the endpoint serves by a component, which has its name.
        proxy: as `http://host:port`.
    """
    runtime = f"runtime.sagemaker.{region}.amazonaws.com"
    path = f"endpoints/{endpoint}" + (f"/inference-components/{endpoint}" if component else "")
    direct = ",".join((runtime, _CREDENTIALS, "127.0.0.1", "localhost"))
    variables = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": direct}
    return {
        # Programs read the one spelling or the other.
        **variables,
        **{name.upper(): value for name, value in variables.items()},
        "AWS_REGION": region,
        "HOME": "/tmp",  # noqa: S108
        # https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-openai-compatible.html, read 2026-11-23
        "MODEL_BASE_URL": f"https://{runtime}/{path}/openai/v1",
        "MODEL_NAME": endpoint,
    }
