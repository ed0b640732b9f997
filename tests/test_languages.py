"""spaCy `Language` classes of Kazakh and Uzbek, and stanza's loading code."""

from pathlib import Path

import pytest

from models import UsageError
from parsers.languages import lemmas
from parsers.languages.kazakh import Kazakh
from parsers.languages.uzbek import Uzbek

CASES = [
    (Kazakh, "Заңның 33-бабының 1-1-тармағына, 84-бабының 2) тармақшасына.", ["33-бабының", "1-1-тармағына", "2)"]),
    (Kazakh, "2020 жылғы № 09/245 бұйрық (өзгеріс)", ["09/245", "(", "өзгеріс", ")"]),
    (Uzbek, "Президентнинг ПФ-4904-сонли Фармони", ["ПФ-4904-сонли"]),
    (Uzbek, "Xodim oʻn toʻrt kun oldin xabar beradi.", ["oʻn", "toʻrt", "."]),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_tokens(language: type, text: str, expected: list[str]) -> None:
    """Numbers of provisions and acts stay whole, brackets and stops come apart, nothing is lost."""
    doc = language()(text)
    assert [t.text for t in doc if t.text in expected] == expected
    assert "".join(t.text_with_ws for t in doc) == text


def test_lemmas_say_what_is_missing(tmp_path: Path) -> None:
    """Without stanza or without a model the error says what to do."""
    with pytest.raises(UsageError, match="stanza"):
        lemmas.load("kk", tmp_path)


def test_lemmas_of_a_tiny_model(tmp_path: Path) -> None:
    """A lemmatizer trained here on a few words is loaded and used."""
    pytest.importorskip("stanza", reason="the extra `lemmas` is not installed")
    import torch
    from stanza.models.lemma.trainer import Trainer
    from stanza.models.lemma.vocab import MultiVocab, Vocab

    pairs = [("бұйрықтың", "NOUN", "бұйрық"), ("заңның", "NOUN", "заң"), ("баптың", "NOUN", "бап")]
    letters = Vocab("".join(word + lemma for word, _, lemma in pairs), "kk")
    vocab = MultiVocab({"char": letters, "pos": Vocab(["NOUN"], "kk")})
    args = {"lang": "kk", "dict_only": True, "edit": False, "charlm": False, "lemma_forward_charlm": None}
    trainer = Trainer(args=args, vocab=vocab, device=torch.device("cpu"))
    trainer.train_dict([(word, pos, lemma) for word, pos, lemma in pairs])
    model = tmp_path / "tiny.pt"
    trainer.save(str(model))
    pipeline = lemmas.load(
        "kk",
        tmp_path,
        lemma_model_path=str(model),
        tokenize_pretokenized=True,
        lemma_pretagged=True,
        lemma_use_identity=False,
    )
    assert ("заңның", "заң") in list(lemmas.lemmas(pipeline, "заңның баптың"))
