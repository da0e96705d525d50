from trialist.stats.dunnett_table import TABLE, TABLE_ALPHA, TABLE_DRAWS


def test_is_read_only_and_says_what_it_is_of():
    assert (TABLE_ALPHA, TABLE_DRAWS) == (0.05, 4_000_000)
    assert not hasattr(TABLE, "__setitem__")
    assert all(
        isinstance(k, int) and isinstance(paired, bool) and len(looks) == len(row)
        for (looks, k, paired), row in TABLE.items()
    )
