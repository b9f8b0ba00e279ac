"""Speech models: which there are, where they lie, how they are fetched. What is there is not fetched again."""

from pathlib import Path

from pipelines.errors import ModelError
from pipelines.models.catalogue import catalogue, named
from pipelines.models.show import shown_download
from pipelines.models.store import ensure, faults, folder_of, is_present
from pipelines.settings import Settings

__all__ = ["catalogue", "ensure", "faults", "folder_of", "is_present", "named", "shown_ensure", "speech_model"]

DEFAULT_SPEECH_MODEL = "whisper-base"


def shown_ensure(name: str, settings: Settings) -> Path:
    """`ensure`, with the download shown on stderr when there is one.

    Raises:
        ModelError: as `ensure`.
    """
    if is_present(name, settings):
        return folder_of(name, settings)
    with shown_download(named(name)) as report:
        return ensure(name, settings, report)


def speech_model(settings: Settings) -> Path:
    """Folder of the speech model that the settings ask for; the default one is fetched when it is not there.

    Raises:
        ModelError: the configured folder is none, or the default model cannot be fetched.
    """
    if settings.asr_model is not None:
        if not settings.asr_model.is_dir():
            raise ModelError(
                f"DAJIA_ASR_MODEL is {settings.asr_model}, which is no folder; name a model's folder there"
            )
        return settings.asr_model
    if settings.asr_engine == "vosk":
        raise ModelError(
            "the vosk engine needs a model folder: unpack one such as vosk-model-small-cn and name it in "
            "DAJIA_ASR_MODEL, or leave DAJIA_ASR_ENGINE at whisper"
        )
    return shown_ensure(DEFAULT_SPEECH_MODEL, settings)
