"""What a worker's process is told before it starts."""

from trialist.execute.threads import thread_variables


def test_every_variable_that_bounds_threads_is_set():
    variables = thread_variables(3)
    assert {name for name, value in variables.items() if value == "3"} == {
        *("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"),
    }
    assert variables["OMP_WAIT_POLICY"] == "PASSIVE"


def test_what_cublas_was_told_by_the_user_stays(monkeypatch):
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    assert thread_variables(1)["CUBLAS_WORKSPACE_CONFIG"] == ":16:8"
