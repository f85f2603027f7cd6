"""The actions that workflows use, each pinned to a commit, with a public workflow that pins the same.

A tag can be moved to other code; a commit cannot. Dependabot and Renovate raise both parts of such a line.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action."""

    name: str
    commit: str
    version: str
    source: str
    """Where the pair of commit and version was read on 2026-11-23: repository, file and its commit."""

    @property
    def uses(self) -> str:
        """What stands behind `uses:`."""
        return f"{self.name}@{self.commit} # {self.version}"


CHECKOUT = Action(
    name="actions/checkout",
    commit="df4cb1c069e1874edd31b4311f1884172cec0e10",
    version="v6.0.3",
    source="aws-powertools/powertools-lambda-python .github/workflows/release-v3.yml 01af30a027e8",
)
SETUP_PYTHON = Action(
    name="actions/setup-python",
    commit="a309ff8b426b58ec0e2a45f0f869d46889d02405",
    version="v6.2.0",
    source="aws-powertools/powertools-lambda-python .github/workflows/release-v3.yml 01af30a027e8",
)
UPLOAD_ARTIFACT = Action(
    name="actions/upload-artifact",
    commit="043fb46d1a93c77aae656e7c1c64a875d1fc6a0a",
    version="v7.0.1",
    source="aws-powertools/powertools-lambda-python .github/workflows/ossf_scorecard.yml 02d2f32e6c54",
)
DOWNLOAD_ARTIFACT = Action(
    name="actions/download-artifact",
    commit="3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
    version="v8",
    source="pypa/build .github/workflows/cd.yml 00192761a249",
)
CREDENTIALS = Action(
    name="aws-actions/configure-aws-credentials",
    commit="99214aa6889fcddfa57764031d71add364327e59",
    version="v6.1.3",
    source="aws-powertools/powertools-lambda-typescript .github/workflows/run-e2e-tests.yml 0024149d330d",
)
ACTIONS = {
    "checkout": CHECKOUT,
    "setup_python": SETUP_PYTHON,
    "upload": UPLOAD_ARTIFACT,
    "download": DOWNLOAD_ARTIFACT,
    "credentials": CREDENTIALS,
}
