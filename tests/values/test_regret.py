from trialist.values.evidence import Interval
from trialist.values.regret import Regret


def test_the_rate_is_the_share_of_the_audited():
    found = Regret(k=3, n_audited=4, n_best=1, interval=Interval(low=0.0, high=0.8))
    assert found.rate == 0.25
