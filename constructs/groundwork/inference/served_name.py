"""The name that a server answers to.

vLLM refuses a request whose `model` is another than its own name, and gateways put the endpoint's name there
(`sagemaker_chat` of LiteLLM 1.104). LMI calls itself `lmi` unless told
(engines/python/setup/djl_python/lmi_vllm/vllm_async_service.py of https://github.com/deepjavalibrary/djl-serving), and
the image `vllm` calls itself by the path of its weights. Requests without a `model` are answered by LMI all the same.
"""

from groundwork.images import Image
from groundwork.inference.speculation import repository_of

SERVED_NAMES = {"djl-inference": "OPTION_SERVED_MODEL_NAME", "vllm": "SM_VLLM_SERVED_MODEL_NAME"}
"""By repository of the image: the variable that its server reads."""


def served_name_environment(image: Image | None, *, endpoint: str) -> dict[str, str]:
    """The variable that gives a server the endpoint's name; none for servers that do not ask for one."""
    variable = SERVED_NAMES.get(repository_of(image.root)) if image else None
    return {variable: endpoint} if variable else {}
