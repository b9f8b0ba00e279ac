"""Machine code without a folder to keep it in: a read-only container still scans."""

from numba.core import caching

from detectors.text.compiled import way_in


def test_where_no_cache_folder_can_be_written_each_process_compiles_for_itself(monkeypatch):
    monkeypatch.setattr(caching.CompileResultCacheImpl, "_locator_classes", [])

    def double(number):
        return 2 * number

    kept = way_in(double)
    assert type(kept._cache).__name__ == "NullCache"
    assert kept(21) == 42
