"""Settings name the variable that is wrong, and misspelt ones are found."""

import pytest

from pipelines.cli.doctor import Status, _settings
from pipelines.errors import SettingsError
from pipelines.settings import Settings, load_settings, unknown_variables


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DAJIA_PARTITIONS", "none"),
        ("DAJIA_APP_PREFIX", "Upper case"),
        ("DAJIA_APP_PREFIX", "a b"),
        ("DAJIA_SOURCE_OPEN_TIMEOUT_S", "inf"),
        ("DAJIA_SOURCE_READ_TIMEOUT_S", "nan"),
        ("DAJIA_ASR_ENGINE", "ear"),
        ("KAFKA_BOOTSTRAP_SERVERS", ""),
    ],
)
def test_an_impossible_value_is_told_with_its_variable(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"^impossible setting: {variable}: "):
        load_settings()


def test_settings_survive_the_way_to_a_child_process(monkeypatch):
    wanted = Settings().model_copy(update={"partitions": 3, "kafka_bootstrap_servers": "a:1,b:2", "app_prefix": "x-1"})
    for name, value in wanted.environment().items():
        monkeypatch.setenv(name, value)
    assert load_settings() == wanted


def test_doctor_finds_misspelt_settings_and_files_that_cannot_be_read(tmp_path):
    assert unknown_variables(["DAJIA_PARTITONS", "DAJIA_PARTITIONS", "HOME"]) == ["DAJIA_PARTITONS"]
    settings = Settings()
    assert _settings(settings, ["DAJIA_PARTITIONS"]).status is Status.OK
    misspelt = _settings(settings, ["DAJIA_PARTITONS"])
    assert (misspelt.status, "DAJIA_PARTITONS" in misspelt.detail) == (Status.WARN, True)
    for field in ("policy_file", "lexicon_file"):
        broken = _settings(settings.model_copy(update={field: tmp_path / "none"}), [])
        assert (broken.status, "none" in broken.detail) == (Status.FAIL, True)


def test_misspelt_variables_are_refused_at_start_with_the_nearest_name(monkeypatch):
    monkeypatch.setenv("DAJIA_PARTITONS", "3")
    monkeypatch.setenv("DAJIA_ZZZ", "3")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "DAJIA_PARTITONS; did you mean DAJIA_PARTITIONS?" in str(refused.value)
    assert "DAJIA_ZZZ; unset it" in str(refused.value)
