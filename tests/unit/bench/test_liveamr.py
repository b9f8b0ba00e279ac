"""What counts as folding for a pair of said and meant."""

import pytest
from click.testing import CliRunner

from pipelines.bench.liveamr import measure_liveamr
from pipelines.cli.bench import bench
from pipelines.errors import InputError


def measured(tmp_path, *pairs):
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{said}\t{meant}\n" for said, meant in pairs), encoding="utf-8")
    return measure_liveamr(path)


@pytest.mark.parametrize(
    ("said", "meant", "how"),
    [
        ("质量髙仿级别", "质量高仿级别", "same_fold"),
        ("质量高*仿级别", "质量高仿级别", "same_fold"),
        ("质量搞访级别", "质量高仿级别", "same_sound"),
        ("好吸母收", "好吸收", "interleaved"),
        ("喝某副皮肤", "呵护皮肤", "interleaved"),
        ("安利给你", "推荐给你", "other"),
    ],
)
def test_kinds_of_spans(tmp_path, said, meant, how):
    result = measured(tmp_path, (said, meant))
    assert result.spans >= 1
    assert getattr(result, how) == result.spans
    assert result.share == (1.0 if how.startswith("same") else 0.0)


def test_equal_pairs_are_no_success(tmp_path):
    result = measured(tmp_path, ("你好", "你好"), ("搞访", "高仿"), ("安利", "推荐"))
    assert (result.pairs, result.changed_pairs, result.folded_pairs, result.share) == (3, 2, 1, 0.5)
    assert result.failures[0].said == "安利"


def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("甲\t乙\n甲乙\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs\.tsv line 2: two columns"):
        measure_liveamr(path)
    with pytest.raises(InputError, match="cannot be read"):
        measure_liveamr(tmp_path / "none.tsv")


def test_command(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("搞访\t高仿\n", encoding="utf-8")
    run = CliRunner().invoke(bench, ["text", "--liveamr", str(path)])
    assert run.exit_code == 0
    assert "1 of 1 changed pairs" in run.stderr
