import ast

import pytest

from trialist.execute.command.matcher import Matcher
from trialist.lab.scriptmetrics import metrics_of
from trialist.values.metricsource import MetricSource

ACC, LOSS, EPOCH = 0.875, 0.25, 3


def said(line):
    """Give the text that a print of a script writes."""
    written = []
    names = {"acc": ACC, "loss": LOSS, "epoch": EPOCH, "k": 7, "n": 8}
    names["print"] = lambda *words: written.append(" ".join(map(str, words)))
    exec(line, names)
    return written[0]


@pytest.mark.parametrize(
    ("line", "name", "goal", "value", "step"),
    [
        ("print(f'epoch {epoch} val acc: {acc:.3f}')", "val/accuracy", "maximize", ACC, 3),
        ("print('epoch %d, valid_loss=%.3f' % (epoch, loss))", "val/loss", "minimize", LOSS, 3),
        (
            "print('Epoch: {:04d}'.format(epoch), 'loss_val: {:.4f}'.format(loss), 'x')",
            "val/loss",
            "minimize",
            LOSS,
            3,
        ),
        ("print('Test accuracy', acc)", "test/accuracy", "maximize", ACC, None),
        ("print(f'Test: Acc@1 {acc*100:.1f}%')", "test/accuracy", "maximize", ACC, None),
        ("print(f'val accuracy {acc*100:.1f}%')", "val/accuracy", "maximize", ACC, None),
        (
            "print('Test set: Average loss: {:.4f}, Accuracy: {}/{} (x%)'.format(loss, k, n))",
            "test/accuracy",
            "maximize",
            ACC,
            None,
        ),
        (
            "print(f'step {epoch}: train loss {acc:.4f}, val loss {loss:.4f}')",
            "val/loss",
            "minimize",
            LOSS,
            3,
        ),
        ("print('Final F1 = ' + str(acc))", "val/f1", "maximize", ACC, None),
        ("print(f'took {epoch} s')", None, None, None, None),
    ],
)
def test_the_pattern_finds_what_the_script_prints(line, name, goal, value, step):
    found = metrics_of(ast.parse(line))
    if name is None:
        assert found == ()
        return
    assert (found[0].name, found[0].goal) == (name, goal)
    source = MetricSource.of(name, found[0].keys)
    (row,) = Matcher([source], pytest.fail).rows(said(line))
    assert row.value == pytest.approx(value, abs=1e-3)
    assert row.step == step


def test_a_metric_of_validation_comes_before_others():
    found = metrics_of(
        ast.parse(
            "print(f'train loss: {a}')\nprint(f'test acc: {a}')\nprint(f'val loss: {a}')\n"
            "print(f'loss: {a}')\nprint(f'val acc: {a}')"
        )
    )
    assert [(one.split, one.metric) for one in found] == [
        ("val", "accuracy"),
        ("val", "loss"),
        ("test", "accuracy"),
        (None, "loss"),
        ("train", "loss"),
    ]


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        ("w.add_scalar('Loss/test', x, 1)", {"from": "tfevents", "key": "Loss/test"}),
        ("wandb.log({'test/loss': x, 'y': 1, **z})", {"from": "wandb", "key": "test/loss"}),
        ("print(json.dumps({'test_loss': x}))", {"from": "json", "key": "test_loss"}),
    ],
)
def test_what_goes_to_other_tools_is_found_there(line, keys):
    (found,) = metrics_of(ast.parse(line))
    assert (found.name, found.keys) == ("test/loss", keys)


def test_what_has_no_name_in_the_text_is_passed_over():
    text = "w.add_scalar(tag, x)\nwandb.log(values)\nprint(loss)\nprint()\nw.add_scalar()"
    assert metrics_of(ast.parse(text)) == ()
