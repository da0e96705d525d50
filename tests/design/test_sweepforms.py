"""What is wrong with parameters of sweep files."""

import pytest

from trialist.design.sweepparams import meaning_of

RANGE = {"min": 0.1, "max": 1.0}


@pytest.mark.parametrize(
    ("given", "place", "message", "todo"),
    [
        ({"distribution": "unifrm", **RANGE}, ("distribution",), "x.distribution is 'unifrm'",
         "did you mean 'uniform'?"),
        ({"distribution": ["a"], **RANGE}, ("distribution",), "x.distribution is a list", "known"),
        ({"vals": [1, 2]}, ("vals",), "'vals' is not a key of a sweep's parameter",
         "did you mean 'values'?"),
        ({}, (), "x has no key, which is no form of a parameter", "give values: [...]"),
        ({"mu": 0, "values": [1]}, (), "x has mu and values, which is no form", "give values"),
        ({"mu": 0, "sigma": 1}, (), "x has mu and sigma, and no distribution",
         "add distribution: normal (or q_normal, log_normal, q_log_normal)"),
        ({"min": 0.1, "max": 1.0, "q": 0.1}, (), "x has min and max and q, and no distribution",
         "add distribution: q_uniform (or"),
        ({"probabilities": [1]}, (), "x has probabilities, and no distribution",
         "add distribution: categorical_w_probabilities"),
        ({"min": 1}, (), "x has one of min and max", "give both"),
        ({"distribution": "uniform", "min": 1}, (), "x has no 'max', and uniform needs it",
         "add max"),
        ({"distribution": "uniform", **RANGE, "q": 1}, ("q",),
         "'q' is not a key of distribution uniform", "uniform takes min, max"),
        ({"values": 3}, ("values",), "x.values is 3, expected a list of values", "write a list"),
        ({"values": []}, ("values",), "x.values is a list, expected a list of values", "write"),
        ({"values": [1, 2], "probabilities": [1, -1]}, ("probabilities",),
         "x.probabilities is a list, expected a list of numbers from 0", "write"),
        ({"values": [1, 2], "probabilities": [1]}, ("probabilities",),
         "x has 2 values and 1 probabilities", "one for each"),
        ({"values": [1, 2], "probabilities": [0.5, 0.4]}, ("probabilities",),
         "x: the probabilities add up to 0.9", "add up to 1"),
        ({"distribution": "int_uniform", "min": 1, "max": 2.5}, ("max",),
         "x.max is 2.5, expected a whole number", "write a whole number"),
        ({"min": "a", "max": 1}, ("min",), "x.min is 'a', expected a number", "write a number"),
        ({"min": True, "max": 3}, ("min",), "x.min is true, expected a number", "write a number"),
        ({"min": 1, "max": float("inf")}, ("max",), "x.max is .inf, expected a number", "write"),
        ({"distribution": "q_uniform", **RANGE, "q": 0}, ("q",),
         "x.q is 0, expected a number above 0", "write"),
        ({"distribution": "normal", "sigma": 0}, ("sigma",),
         "x.sigma is 0, expected a number above 0", "write"),
        ({"distribution": "beta", "b": -1}, ("b",), "x.b is -1, expected a number above 0",
         "write"),
        ({"min": 2, "max": 2}, ("min",), "x: min 2 is not below max 2", "smaller min"),
        ({"distribution": "log_uniform_values", "min": 0, "max": 1}, ("min",),
         "x: min 0 has no logarithm", "above 0"),
        ({"distribution": "q_log_uniform", "min": 0, "max": 1000}, ("max",),
         "x: q_log_uniform takes exponents of e, and 1000 is too large", "q_log_uniform_values"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_says_what_and_what_to_do(given, place, message, todo):
    (problem,) = meaning_of("x", given, method="random").problems
    assert problem.place == place
    assert problem.message.startswith(message)
    assert todo in problem.todo
