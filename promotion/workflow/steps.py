"""The shell of each step of a promotion, once for GitHub Actions and for CodePipeline.

Each is run by `bash -e`, line by line: a line is a whole command. What comes from outside arrives in environment
variables, never in the text: DIGEST (of the assembly), ACCEPT (the environment whose gated changes are wanted, or
`EVERY`) and FAIL_ON (as `cdk diff` takes it).
"""

ENVIRONMENT = {"CDK_DISABLE_CLI_TELEMETRY": "true"}

EVERY = "every environment"
"""Its blanks keep it apart from the name of any."""
INSTALL = "make install"
LINT = "make lint"
TEST = "make test"
SYNTHESIZE = "make synth"
PACK = "tar -cf assembly.tar cdk.out cdk.out.seal.json"
REVIEW = "python -m review cdk.out --out review.out"
VERIFY = """\
tar -xf assembly.tar
python -m promotion verify cdk.out --digest "$DIGEST\""""


def seal(*, publish: str) -> str:
    """Seal the assembly; `publish` hands `$digest` to the jobs that come after."""
    return f"digest=$(python -m promotion seal cdk.out)\n{publish}\n{PACK}"


def upgrade(environment: str) -> str:
    """Upgrade from the previous release on the embedded engine."""
    return _unless_accepted(f"python -m promotion upgrade-test previous/cdk.out cdk.out {environment}", environment)


def review_change(environment: str) -> str:
    """Review against what is deployed."""
    review = f"python -m review cdk.out --base base.out --environment {environment} --no-lint --out review.out"
    return f"""\
rm -rf base.out
python -m promotion deployed cdk.out {environment} --out base.out
{_unless_accepted(review, environment)}"""


def _unless_accepted(command: str, environment: str) -> str:
    """The command exits with 3 where a resource with state would be replaced or deleted."""
    return f"""\
code=0
{command} || code=$?
if [ "$code" -eq 3 ] && {{ [ "$ACCEPT" = {environment} ] || [ "$ACCEPT" = "{EVERY}" ]; }}; then code=0; fi
test "$code" -eq 0"""


def compare(stage: str) -> str:
    """Stop at changes that the stage's gate names."""
    return f"""cdk diff --app cdk.out '{stage}/**' --method=template --fail-on="$FAIL_ON\""""


def deploy(environment: str) -> str:
    """Verify and deploy in one process, so that nothing comes between."""
    return f'python -m promotion deploy cdk.out {environment} --digest "$DIGEST"'


def smoke(environment: str) -> str:
    """Look whether it works."""
    return f"python -m promotion smoke cdk.out {environment}"


def drift(stage: str) -> str:
    """Exit with 1 where somebody changed what is deployed."""
    return f"cdk drift --app cdk.out '{stage}/**' --fail"
