"""Reads the policy file: the join itself opens no file."""

from importlib.resources import files

from pipelines.errors import SettingsError
from pipelines.join.policy import Policy, PolicyError, load_policy
from pipelines.settings import Settings


def read_policy(settings: Settings) -> Policy:
    """The policy of `DAJIA_POLICY_FILE`, or the bundled one.

    Raises:
        SettingsError: the file cannot be read or is no policy; the message says where and what to change.
    """
    source = settings.policy_file or files("pipelines.join").joinpath("policy.toml")
    try:
        return load_policy(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, PolicyError) as error:
        raise SettingsError(f"policy {source}: {error}") from error
