from trialist.decide.cuts import cut_words
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.regret import Regret

REGRET = Regret(k=3, n_audited=4, n_best=1, interval=Interval(low=0.006, high=0.806))


def test_what_a_rule_cost_is_told_with_its_interval():
    assert cut_words("asha", 37, 120, REGRET) == (
        "asha ended 37 of 120 trials early. 4 further trials ran on in spite of the rule, drawn to "
        "show what it costs: 1 came among the best 3 of their search. 95 % interval: 1 to 81 % of "
        "its cuts end one of the best."
    )


def test_what_was_not_measured_is_told():
    said = cut_words("wandb", 1, 4, Missing("no trial that would have been cut ran to its end"))
    assert said == (
        "wandb ended 1 of 4 trials early. What that cost was not measured: no trial that would "
        "have been cut ran to its end."
    )


def test_a_rule_that_cut_nothing_cost_nothing():
    assert cut_words("median", 0, 8, REGRET) == "median ended 0 of 8 trials early."
