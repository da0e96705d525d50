import subprocess
import sys

import pytest

from trialist.design.studyfile import load_study
from trialist.lab.proposal import propose

ARGPARSE = """import argparse, random
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--log-dir", default="runs/x")
parser.add_argument("--amp", action="store_true")
parser.add_argument("--name", default=None)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
random.seed(args.seed)
for epoch in range(3):
    print(f"epoch {epoch} train loss: {1 / (epoch + 1):.3f} val acc: {random.random():.2f}")
"""
FIXED = """import argparse, torch
parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=15)
torch.manual_seed(0)
print("test loss:", 1.0)
"""


def read_back(tmp_path, text, name="train.py"):
    """Give the proposal for a script, and the study that is read from its file."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    proposal = propose(name, text)
    path = tmp_path / "study.yaml"
    path.write_text(proposal.study, encoding="utf-8")
    return proposal, load_study(path)


def test_options_become_the_baseline_and_the_seed_is_passed(tmp_path):
    proposal, study = read_back(tmp_path, ARGPARSE)
    assert study.script.template == "python train.py {args} --seed {seed}"
    assert dict(study.config) == {"lr": 0.1, "log-dir": "{run_dir}/x", "amp": False}
    assert (study.metric.name, study.metric.goal) == ("val/accuracy", "maximize")
    assert [source.name for source in study.script.sources] == ["val/accuracy", "train/loss"]
    assert "not here, since no default can be said: name" in proposal.study
    assert "# other: {lr: 0.3}" in proposal.study
    assert proposal.fixed == ()


def test_a_seed_in_the_script_is_said_with_what_to_do(tmp_path):
    proposal, study = read_back(tmp_path, FIXED)
    assert study.script.seed == "inject"
    assert [one.line for one in proposal.fixed] == [4]
    assert "seeds itself afterwards, in line 4" in proposal.study
    (note, *_) = proposal.notes
    assert note.startswith("train.py:4: torch.manual_seed(0)")
    assert "seed: inject does not help" in note


def test_a_script_of_wandb_is_configured_as_by_a_sweep(tmp_path):
    _, study = read_back(
        tmp_path,
        "import wandb\nwandb.init(config={'lr': 0.1, 'seed': 0})\nset_seed(wandb.config.seed)\n"
        "print(f'val loss: {x}')\nwandb.log({'val_acc': wandb.config.lr})\n",
    )
    assert study.script.template == "python train.py"
    assert dict(study.config) == {"lr": 0.1, "seed": "{seed}"}
    assert study.script.sources[0].to_dict() == {
        "name": "val/accuracy",
        "kind": "wandb",
        "key": "val_acc",
    }


def test_a_seed_beside_the_option_is_only_noted(tmp_path):
    proposal, _ = read_back(tmp_path, ARGPARSE + "torch.manual_seed(0)\n")
    assert proposal.fixed == ()
    assert "beside the seed that it takes" in proposal.notes[0]


def test_a_seed_that_comes_from_somewhere_is_left_to_be_said():
    said = propose("train.py", "import sys\nconfig = read(sys.argv)\nset_seed(config.seed)\n")
    assert "seed: inject" not in said.study
    assert "Not yet said: train.py seeds with set_seed(config.seed)" in said.study
    assert "takes its seed from somewhere" in said.notes[0]
    assert "reads sys.argv itself" in said.notes[1]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("import hydra\n", "uses Hydra"),
        ("print(1)\n", "takes no options that could be read"),
        ("import wandb\nwandb.init()\nlr = wandb.config.lr\n", "as in a sweep"),
        ("a.add_argument('--d', required=True)\n", "--d is required"),
        ("a.add_argument('data')\n", "DATA in the command is an argument"),
        ("print(f'loss: {x}')\n", "does not say of what data"),
        ("print(f'test loss: {x}')\n", "is on test data"),
        ("print(f'train loss: {x}')\n", "is on training data"),
        ("train_test_split(x, random_state=1)\n", "keeps what it draws the same"),
        ("x = 1\n", "never seeds itself"),
        ("x = 1\n", "no metric was found"),
    ],
)
def test_what_a_person_has_to_know_is_said(text, note):
    assert any(note in one for one in propose("train.py", text).notes)


@pytest.mark.parametrize(
    "text",
    [
        "print(1)\n",
        "a.add_argument('--amp', type=bool, default=True)\na.add_argument('-n', default=3)\n",
        "a.add_argument('--s', default=\"it's: {a} #\")\na.add_argument('--y', default='yes')\n",
        "lr = 1e-05\nexec(open('configurator.py').read())\nprint(f'val loss {x}')\n",
        "w.add_scalar('Loss/test', x)\n",
        "a.add_argument('--log-dir', default='runs')\nw.add_scalar('Loss/test', x)\n",
        "import wandb\nwandb.init()\nwandb.log({'val/acc': wandb.config.lr})\n",
    ],
)
def test_every_proposal_is_a_study_that_can_be_read(text, tmp_path):
    _, study = read_back(tmp_path, text)
    assert study.variants


def test_numbers_and_text_come_back_as_they_were(tmp_path):
    values = {"a": 1e-05, "b": "yes", "c": "it's: #", "d": [1, 2.5], "e": -1, "f": "1.0"}
    text = "".join(f"p.add_argument('--{k}', default={v!r})\n" for k, v in values.items())
    _, study = read_back(tmp_path, text)
    assert {**study.config, "d": list(study.config["d"])} == values


@pytest.mark.slow
def test_the_proposal_of_a_script_runs(tmp_path):
    read_back(tmp_path, ARGPARSE)
    done = subprocess.run(
        [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet", "seeds=3"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "val/accuracy" in done.stdout
