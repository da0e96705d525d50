"""Where a study stands."""

import trialist


def test_a_log_that_does_not_hold_is_said_in_the_status(stored):
    assert trialist.status("mixed", store=stored).error == ""
    log = stored / "mixed" / "ledger.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace('"seed":', '"seed": ')
    log.write_text("".join(lines))
    found = trialist.status("mixed", store=stored)
    assert found.error.startswith("error: line 5 ")
    assert "trialist verify" in found.error
    assert "trialist verify" in str(found)
