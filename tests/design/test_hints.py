from trialist.design.hints import MOST_NAMES, hint, nearest


def test_finds_a_name_by_its_letters_or_by_its_case():
    assert nearest("droput", ["lr", "dropout"]) == "dropout"
    assert nearest("LR", ["lr", "dropout"]) == "lr"
    assert nearest("zzz", ["lr", "dropout"]) is None


def test_names_what_is_known():
    assert hint("droput", ["lr", "dropout"], nothing="") == (
        "did you mean 'dropout'? (known: lr, dropout)"
    )
    assert hint("zzz", ["lr", "dropout"], nothing="") == "known: lr, dropout"


def test_says_something_where_nothing_is_known():
    assert hint("zzz", [], nothing="there is nothing") == "there is nothing"


def test_does_not_list_a_hundred_names():
    known = [f"layer_{number}" for number in range(100)]
    assert hint("layer_7x", known, nothing="").startswith("did you mean 'layer_7'")
    far = hint("zzz", known, nothing="")
    assert far.endswith(f"and {100 - MOST_NAMES} more")
