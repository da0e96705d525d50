"""A small training with Keras."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np

import trialist


def data():
    x = np.random.default_rng(0).normal(size=(120, 4)).astype("float32")
    return x, (x[:, 0] > 0).astype("int64")


def trained(run, *, lr=0.05, more=(), epochs=3):
    callback = trialist.train.keras_callback(run)
    layers = keras.layers
    model = keras.Sequential(
        [layers.Dense(8, activation="relu"), layers.Dropout(0.3), layers.Dense(2)]
    )
    model.compile(
        keras.optimizers.Adam(lr),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    x, y = data()
    history = model.fit(
        x, y, validation_data=(x[:60], y[:60]), batch_size=20, epochs=epochs, verbose=0,
        callbacks=[callback, *more],
    )  # fmt: skip
    return model, history
