"""Reads the policy files: join and cases themselves open no file."""

from pathlib import Path

from pipelines.cases import policy as cases_policy
from pipelines.errors import SettingsError
from pipelines.join.policy import BUNDLED_POLICY, Policy, PolicyError, load_policy


def read_policy(path: Path | None = None) -> Policy:
    """The policy of a file, or the bundled one.

    Raises:
        SettingsError: the file cannot be read or is no policy; the message says where and what to change.
    """
    try:
        return load_policy(policy_text(path), str(path or BUNDLED_POLICY))
    except PolicyError as error:
        raise SettingsError(str(error)) from error


def policy_text(path: Path | None = None) -> str:
    """The text of a policy file, or of the bundled one.

    Raises:
        SettingsError: the file cannot be read.
    """
    source = path or BUNDLED_POLICY
    try:
        return source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"policy {source}: {error}") from error


def read_case_policy(path: Path | None = None) -> cases_policy.Policy:
    """The policy for hosts and merchants of a file, or the bundled one.

    Raises:
        SettingsError: the file cannot be read or is no policy; the message says where and what to change.
    """
    source = path or cases_policy.BUNDLED_POLICY
    try:
        return load_case_policy(source.read_text(encoding="utf-8"), f"policy {source}")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"policy {source}: {error}") from error
    except cases_policy.PolicyError as error:
        raise SettingsError(str(error)) from error


def load_case_policy(toml_text: str, name: str) -> cases_policy.Policy:
    """The policy for hosts and merchants of a text.

    Raises:
        PolicyError: it is no policy; the message begins with the name and says what to change.
    """
    try:
        return cases_policy.load_policy(toml_text)
    except cases_policy.PolicyError as error:
        raise cases_policy.PolicyError(f"{name}: {error}") from error
