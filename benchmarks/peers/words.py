"""What the tables of the page show, and how each tool was set up for them."""

ABOUT_POOL = """\
One small network on scikit-learn's digits, one thread each, two at a time on two cores. Wall and
CPU time of the whole command over one process in a loop (ideal 0.50). Working: from the first run's
begin to the last one's end, over half of what the runs take alone; beside another one a run takes
longer on this machine, so two plain processes are the measure. All in: the whole command over half
of what its own runs took. Then the seconds until the first run begins. trialist's time has the
study's plan, journals, a repeated run (does the same seed repeat?) and the report in it."""
SETUP_POOL = """\
Setup: Optuna with RandomSampler, `n_jobs=2`, or two processes with MaxTrialsCallback on one
SQLite file (they may train one more). Ray Tune with a class Trainable, `num_cpus=2`, no
dashboard, as it comes and with `reuse_actors=True`. A process per run: what a shell loop, joblib
launchers and sweep agents do."""
ABOUT_THREADS = """\
Time of one run (about 0.7 s alone) while another one trains beside it, over the same run alone
with one thread. "As it comes": nobody sets OMP_NUM_THREADS."""
ABOUT_KILLED = """\
A list of trials of 60 ms, two at a time, SIGKILL at random moments. A witness outside the tool
writes a line at the very end of a trial: "done in vain" are trials that came to their end and
whose result is not in the store, so they are lost or done again; "left running" is what the store
still says of trials that nobody runs, after the clean-up that the tool offers."""
SETUP_KILLED = """\
Setup: Optuna's two processes are started again at once when they die, as a supervisor does;
SQLite with heartbeat 1 s, grace 2 s and RetryHeartbeatStaleTrialCallback, and `fail_stale_trials`
at the end; its journal file has no heartbeat. Optuna looks for stale trials before it asks for a
new one, so the wait depends on the length of the trials that run (15 s here). Ray Tune with
`reuse_actors=True` and `max_failures=5`; where trials are missing, and after the driver was
killed, `Tuner.restore(resume_errored=True)`. Its driver saves the state of the experiment every
10 s or more, as it comes. The long run saves its state every 50 steps of 10 ms with each tool's
own means (Optuna's documented example: a file of one's own)."""
ABOUT_LOGGING = """\
A call with three numbers; a training loop of 1.3 ms per step that logs each step, over the same
loop without (blocks of 100 steps in turn, median); rows lost of those whose call had returned
when the process was killed by SIGKILL after 0.5 to 2 s."""
ABOUT_READING = """\
20 runs x 5,000 steps x 3 series = 300,000 points. Every reading is compared with what was
written, value for value (TensorBoard keeps 32 bits). MLflow: `search_runs` and
`get_metric_history`; TensorBoard: EventAccumulator with `size_guidance` 0; trialist:
`trialist.open(..).curves(..)` with the index that any command leaves; "the first time" makes it."""
