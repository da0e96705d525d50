"""Whatever comes in, a verdict or a refusal comes out; never a traceback, a NaN or a width of 0."""

import contextlib
import json
import math
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trialist

CODES = {code.value for code in trialist.VerdictCode}
FLIPPED = {"improvement": "regression", "regression": "improvement"}


def compared(groups, **options):
    return trialist.compare(groups, **{"goal": "maximize", **options})


def check_honest(result):
    """Hold one result against what every result promises."""
    content = result.to_dict()
    text = json.dumps(content, allow_nan=False)
    assert json.loads(text) == content
    for found in content["comparisons"]:
        assert found["verdict"] in CODES
        assert found["sentence"]
        if found["interval"] is not None:
            low, high = found["interval"]
            assert low < high
        if found["verdict"] in ("refused", "inconclusive", "not_comparable"):
            assert found["reason"]
        for key in ("estimate", "interval", "p", "p_adjusted", "effect_size"):
            assert found[key] is not None or found["missing"][key]
    for one in content["variants"]:
        if one["interval"] is not None:
            assert one["interval"][0] < one["interval"][1]
    assert str(result)
    assert "nan" not in str(result).split("caveat")[0].lower().replace("nan or inf", "")


def normal(n, *, at=0.0, sd=1.0, seed=0):
    rng = random.Random(f"{n}/{at}/{sd}/{seed}")
    return [at + sd * rng.gauss(0, 1) for _ in range(n)]


ODD = {
    "constants": {"a": [0.5] * 5, "b": [0.5] * 5},
    "two constants": {"a": [0.5] * 5, "b": [0.7] * 5},
    "one constant": {"a": [0.5] * 5, "b": [0.7, 0.71, 0.72, 0.7, 0.69]},
    "integers": {"a": [1, 2, 3, 4], "b": [5, 6, 7, 9]},
    "booleans": {"a": [True, False, True], "b": [False, True, True]},
    "one run": {"a": [1.0], "b": [2.0]},
    "one run against many": {"a": normal(9), "b": [9.0]},
    "two runs": {"a": [1.0, 2.0], "b": [2.0, 4.0]},
    "all lost": {"a": [None, math.nan], "b": [math.inf, None]},
    "one side lost": {"a": [None, None, None], "b": [1.0, 2.0, 3.0]},
    "some lost": {"a": [1.0, None, 3.0, math.nan], "b": [1.0, -math.inf, 2.0, 2.5]},
    "tiny": {"a": [1e-12, 2e-12, 3e-12], "b": [5e-12, 6e-12, 8e-12]},
    "huge": {"a": [1e12, 2e12, 3e12], "b": [5e12, 6e12, 8e12]},
    "largest": {"a": [1e308, -1e308, 1.7e308], "b": [1e308, 1.2e308, -1.7e308]},
    "smallest": {"a": [5e-324, 1e-323, 0.0], "b": [2e-323, 5e-324, 1e-323]},
    "mixed": {"a": [1e-12, 1e12, 0.0], "b": [-1e12, 1e-12, 5.0]},
    "an offset": {"a": [1e12 + k for k in range(5)], "b": [1e12 + 3 * k for k in range(5)]},
    "one digit": {"a": [0.1 + 1e-17, 0.1, 0.1], "b": [0.3 - 0.2, 0.1, 0.1]},
    "unequal sizes": {"a": normal(3), "b": normal(400, at=1)},
}


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("mode", ["confirm", "explore"])
@pytest.mark.parametrize("relevant", [None, 0.1])
@pytest.mark.parametrize("name", ODD)
def test_odd_values_get_an_honest_answer(name, relevant, mode, paired):
    options = {"relevant": relevant, "mode": mode, "paired": paired}
    with contextlib.suppress(trialist.TrialistError):
        check_honest(compared(ODD[name], **options))


@pytest.mark.parametrize("relevant", [None, 0.1, 1e9])
@pytest.mark.parametrize("name", ODD)
def test_odd_values_have_a_report(name, relevant, tmp_path):
    compared(ODD[name], relevant=relevant).report(tmp_path)
    for path in tmp_path.rglob("*.*"):
        text = path.read_text(encoding="utf-8").lower()
        assert not re.search(r"\bnan\b", text.replace("nan or infinite", "")), path.name


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_unit_decides_nothing(scale, paired):
    groups = {"a": normal(6), "b": normal(6, at=1.5, seed=1), "c": normal(5, at=0.2, seed=2)}
    scaled = {name: [scale * value for value in values] for name, values in groups.items()}
    plain = compared(groups, relevant=0.5, paired=paired).verdicts
    other = compared(scaled, relevant=0.5 * scale, paired=paired).verdicts
    for name, verdict in plain.items():
        assert other[name].name is verdict.name
        assert other[name].p == pytest.approx(verdict.p, rel=1e-6)
        assert other[name].interval.low == pytest.approx(scale * verdict.interval.low, rel=1e-6)
        assert other[name].interval.high == pytest.approx(scale * verdict.interval.high, rel=1e-6)


def test_one_missing_cell_of_a_pair_leaves_that_pair_out():
    groups = {"a": dict(enumerate(normal(6))), "b": dict(enumerate(normal(6, at=2, seed=1)))}
    groups["b"][3] = None
    result = compared(groups, paired=True)
    check_honest(result)
    assert result.verdicts["b"].n == 5
    del groups["a"][3], groups["b"][3]
    assert compared(groups, paired=True).verdicts["b"].p == result.verdicts["b"].p


def test_a_result_is_the_same_bytes_again_and_in_another_order():
    names, rng = ["base", "x", "y"], random.Random(3)
    rows = [(name, seed, value) for k, name in enumerate(names)
            for seed, value in enumerate(normal(6, at=k / 2, seed=k))]  # fmt: skip
    texts = []
    for _ in range(3):
        table = [("variant", "seed", "acc"), *map(list, rows)]
        result = compared([list(row) for row in table], baseline="base", relevant=0.3)
        content = result.to_dict()
        for key in ("variants", "comparisons"):
            content[key].sort(key=lambda one: one.get("name") or one["variant"])
        texts.append(json.dumps(content))
        rng.shuffle(rows)
    assert len(set(texts)) == 1


@pytest.mark.parametrize(("n", "k"), [(2, 2), (10_000, 2), (2, 200), (50, 200)])
def test_few_and_many_runs_and_variants_are_judged_in_seconds(n, k):
    groups = {f"v{i}": normal(n, at=i % 3, seed=i) for i in range(k)}
    start = time.process_time()  # of the cores: whatever else the machine does
    result = compared(groups, relevant=0.5)
    assert time.process_time() - start < 15
    check_honest(result)
    assert len(result.verdicts) == k - 1


def test_fifty_comparisons_take_a_fraction_of_a_second():
    groups = {f"v{i}": normal(10, at=i % 3, seed=i) for i in range(51)}
    compared(groups, relevant=0.5)
    start = time.process_time()
    compared(groups, relevant=0.5)
    assert time.process_time() - start < 1.0  # 0.05 s on a quiet machine


def test_one_variant_or_none_is_refused():
    for groups in ({}, {"a": [1.0, 2.0]}):
        with pytest.raises(trialist.TrialistError, match="two variants"):
            compared(groups)


VALUES = st.one_of(
    st.none(),
    st.integers(-3, 3),
    st.floats(-1e3, 1e3),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([1e-12, 1e12, 0.1, 0.1 + 2**-54]),
)
GROUPS = st.lists(st.lists(VALUES, max_size=7), min_size=2, max_size=4)


@settings(max_examples=80)
@given(
    GROUPS,
    st.booleans(),
    st.sampled_from([None, 1e-12, 0.1, 1e6]),
    st.booleans(),
    st.sampled_from(["separate", "pooled"]),
)
def test_anything_gets_an_honest_answer_or_a_refusal(lists, paired, relevant, explore, variance):
    groups = {f"v{k}": values for k, values in enumerate(lists)}
    options = {"paired": paired, "relevant": relevant, "variance": variance}
    with contextlib.suppress(trialist.TrialistError):
        check_honest(compared(groups, mode="explore" if explore else "confirm", **options))


FINITE = st.lists(st.integers(-200, 200).map(lambda k: k / 64), min_size=3, max_size=6)


@given(FINITE, FINITE)
def test_swapping_the_two_flips_the_sign(a, b):
    there = compared({"a": a, "b": b}, baseline="a").verdicts["b"]
    back = compared({"a": a, "b": b}, baseline="b").verdicts["a"]
    assert back.name.value == FLIPPED.get(there.name.value, there.name.value)
    if isinstance(there.estimate, float) and isinstance(there.p, float):
        assert back.estimate == pytest.approx(-there.estimate, abs=1e-12)
        assert back.p == pytest.approx(there.p)
        assert back.interval.low == pytest.approx(-there.interval.high, abs=1e-9)


@given(FINITE, FINITE, st.booleans())
def test_lower_is_better_mirrors_higher_is_better(a, b, paired):
    mirrored = {"a": [-value for value in a], "b": [-value for value in b]}
    up = compared({"a": a, "b": b}, relevant=0.5, paired=paired).verdicts["b"]
    down = compared(mirrored, goal="minimize", relevant=0.5, paired=paired).verdicts["b"]
    assert (up.name, up.p, up.estimate, up.interval) == (
        down.name,
        down.p,
        down.estimate,
        down.interval,
    )


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_runs_without_seeds_may_come_in_any_order(first, second):
    a, b = normal(6), normal(6, at=1, seed=1)
    shuffled = {"a": [a[k] for k in first], "b": [b[k] for k in second]}
    plain = compared({"a": a, "b": b}, relevant=0.5).to_dict()["comparisons"]
    assert compared(shuffled, relevant=0.5).to_dict()["comparisons"] == plain


RUNS = [
    ["variant", "seed", "item", "acc"],
    *(["ab"[k % 2], k // 2, k % 3, 0.9 + k / 100] for k in range(12)),
]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metric": "seed"}, "column 'seed' names the metric and the seed"),
        ({"variant": "seed"}, "column 'seed' names the variant and the seed"),
        ({"example": "seed"}, "column 'seed' names the seed and the example"),
        ({"scale": "percent"}, "--scale has no meaning without tasks"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(options, words):
    with pytest.raises(trialist.TrialistError, match=words):
        compared(RUNS, **options)


def test_a_name_with_stars_stays_whole_in_its_sentence():
    data = {"**old**": [0.1, 0.2, 0.3], "**new**": [0.2, 0.3, 0.45], "b": [0.1, 0.15, 0.3]}
    text = " ".join(str(compared(data)).split())
    assert "between **new** and **old**: 0.1" in text


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(trialist.TrialistError, match="is a folder"):
        compared(str(tmp_path))
