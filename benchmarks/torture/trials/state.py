import random
import time

import promises


def train(config, run):
    """Goes on from its last checkpoint; its value is that of a run that nobody disturbed."""
    found = run.restore()
    promises.note(run, "restore", step=run.resumed_step)
    state = found or {"skill": config["gain"], "step": 0, "ballast": "x" * config["ballast"]}
    for step in range(state["step"] + 1, 7):
        time.sleep(config["seconds"] / 6)
        state = {**state, "skill": state["skill"] + random.gauss(0, 0.002), "step": step}
        values = {"train/loss": 1 / step + random.random(), "val/accuracy": state["skill"]}
        promises.kept(run, "log", run.log, values, step=step, fields={"step": step})
        promises.kept(run, "checkpoint", run.checkpoint, state, step=step, fields={"step": step})
    ids = list(range(200))
    truth = [k % 2 for k in ids]
    said = [label if random.random() < state["skill"] else 1 - label for label in truth]
    accuracy = sum(map(int.__eq__, said, truth)) / len(truth)
    run.log({"val/accuracy": accuracy}, step=7)
    promises.kept(run, "predictions", run.predictions, "val", ids, truth, said)
    model = run.directory / "model.txt"
    model.write_text(f"{run.seed.base} {config['gain']} {state['skill']}\n")
    fields = {"text": model.read_text()}
    version = promises.kept(run, "artifact", run.artifact, model, aliases=["best"], fields=fields)
    if run.use(version).read_text() != fields["text"]:
        raise RuntimeError(f"{version} is not what was put in")
    promises.note(run, "finished")
    return {"val/accuracy": accuracy}
