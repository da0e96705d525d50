"""What a name means."""

import pytest

from trialist.design.hyperparameters import PATTERNS, Kind, kind_of

NAMES = {
    Kind.LR: "lr learning_rate base_lr learningRate optimizer.lr lr0 adam.learning-rate step_size "
    "learning_rate_init adam_lr",
    Kind.MOMENTUM: "momentum sgd_momentum optimizer.momentum",
    Kind.BETAS: "betas adam_betas",
    Kind.BETA1: "beta1 beta_1 b1 adam_beta1",
    Kind.BETA2: "beta2 beta_2 b2",
    Kind.EPS: "eps epsilon adam_eps optimizer.eps",
    Kind.WEIGHT_DECAY: "weight_decay wd weightDecay l2 optimizer.weight_decay l2_reg",
    Kind.OPTIMIZER: "optimizer opt optim optimiser optimizer_name optimizer.name optimizer.type",
    Kind.BATCH_SIZE: "batch_size batchSize bs batch per_device_train_batch_size train.batchsize",
    Kind.LENGTH: "max_train_steps epochs n_epochs max_steps num_train_epochs iterations steps "
    "total_steps",
    Kind.SCHEDULE: "schedule scheduler lr_schedule lr_scheduler_type lr_decay decay_steps "
    "scheduler.name cosine_epochs",
    Kind.WARMUP: "warmup warmup_steps warm_up_ratio num_warmup_steps lr_warmup",
    Kind.CLIPPING: "clip grad_clip max_grad_norm clip_norm gradient_clip_val",
    Kind.REGULARIZATION: "dropout dropout_rate attn_dropout label_smoothing mixup drop_path",
    Kind.HEADS: "heads n_heads num_heads nhead num_attention_heads n_head",
    Kind.WIDTH: "width hidden hidden_size d_model n_embd embed_dim model.width channels units",
    Kind.DEPTH: "depth layers n_layers num_hidden_layers blocks model.depth",
    Kind.ARCHITECTURE: "model arch architecture backbone activation norm model.name",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names.split()]
)
def test_a_usual_name_is_known(kind, name):
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    "name",
    ["colour", "temperature", "seed", "name", "dataset.name", "lrelu_slope", "steepness", "alpha"],
)
def test_other_names_are_not(name):
    assert kind_of(name) is None


def test_every_kind_has_a_pattern():
    assert set(PATTERNS) == set(Kind) == set(NAMES)
