"""`dajia audio`: sound files, judged without a broker."""

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from detectors.audio.segment import PcmUtterance, SegmenterState, flush, push
from detectors.audio.speech import SpeechDetector
from detectors.contract import Utterance
from detectors.engines.speech import EngineKind, SpeechEngine, SpeechEngineError, load_speech_engine
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from pipelines.cli.scanning import load_text_engine, scan_files
from pipelines.errors import ModelError
from pipelines.models import speech_model
from pipelines.settings import Settings, load_settings
from schemas import Suspicion


class Scanned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of output."""

    file: str
    suspicions: list[Suspicion]
    flag: bool
    utterances: list[Utterance] | None = None


@click.group()
def audio() -> None:
    """Scan sound files."""


@audio.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--transcript", is_flag=True, help="Also write what was heard, as `utterances`.")
@click.option(
    "--engine", type=click.Choice(["whisper", "vosk"]), help="Speech recogniser; DAJIA_ASR_ENGINE when unset."
)
@click.option(
    "--model", type=click.Path(path_type=Path), help="Model folder; DAJIA_ASR_MODEL, or the fetched one, when unset."
)
def scan(files: tuple[Path, ...], *, transcript: bool, engine: EngineKind | None, model: Path | None) -> None:
    """Judge what is said in each FILE by itself.

    Reads sound and video of every kind that PyAV opens. Writes for each {"file", "suspicions": [...], "flag"}: spans
    are milliseconds from the beginning of the file, flag says that the file alone carries acting evidence. A file
    that cannot be read is named on stderr and left out; the exit status is then 1.

    \b
    Example:
      dajia audio scan --transcript show.mp4 clip.wav
    """  # noqa: D301 (click reads \b as "keep these lines")
    scanner = _load_scanner(_chosen(load_settings(), engine, model))
    scan_files(files, lambda path: scanner.scan(path, with_transcript=transcript))


class _Scanner:
    """The audio agent without its broker: utterances, recognition, judgement."""

    def __init__(self, engine: SpeechEngine, texts: TextEngine) -> None:
        self._engine = engine
        self._detector = SpeechDetector(texts)

    def scan(self, path: Path, *, with_transcript: bool) -> Scanned:
        """Judge one file; raises SourceError when it cannot be decoded."""
        heard: list[Utterance] = []
        found: list[Suspicion] = []
        flag = False
        for piece in _utterances(path):
            said = self._engine.transcribe(piece.pcm, start_ms=piece.start_ms)
            utterance = said.utterance(
                room=piece.room,
                session=piece.session,
                start_ms=piece.start_ms,
                end_ms=piece.end_ms,
                model_version=self._engine.version,
            )
            suspicions = self._detector.judge(None, utterance)[1]
            flag = flag or is_acting(suspicions)
            found += suspicions
            if utterance.text:
                heard.append(utterance)
            click.echo(f"{path}: {piece.end_ms / 1000:.0f} s, {len(found)} findings", err=True)
        return Scanned(file=str(path), suspicions=found, flag=flag, utterances=heard if with_transcript else None)


def _utterances(path: Path) -> Iterator[PcmUtterance]:
    from pipelines.media import audio_chunks  # noqa: PLC0415  # PyAV: --help need not wait for it

    state = SegmenterState()
    for chunk in audio_chunks(path, room=path.stem, session=str(path)):
        state, utterances = push(state, chunk)
        yield from utterances
    yield from flush(state)


def _chosen(settings: Settings, engine: EngineKind | None, model: Path | None) -> Settings:
    """The settings with what the command line asks for; another engine does not inherit the configured model."""
    if engine is not None and engine != settings.asr_engine:
        settings = settings.model_copy(update={"asr_engine": engine, "asr_model": None})
    if model is not None:
        settings = settings.model_copy(update={"asr_model": model})
    return settings


def _load_scanner(settings: Settings) -> _Scanner:
    folder = speech_model(settings)
    click.echo("loading the speech model …", err=True)
    try:
        engine = load_speech_engine(settings.asr_engine, folder, threads=settings.inference_threads)
    except SpeechEngineError as error:
        raise ModelError(str(error)) from error
    return _Scanner(engine, load_text_engine(settings.lexicon_file))
