"""Models that want prompts get them, and what they see of a text is the text's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from encoder.exported.description import Precision
from encoder.exported.making import Sample
from encoder.loading import ExportedEncoders
from encoder.model_card import ModelSettings
from encoder.protocol import Encoder
from encoder.reference import DEFAULT_MODEL, SentenceTransformerEncoder, model_folder
from errors import EncoderError
from retrieval.answer import Question
from retrieval.retriever import Retriever
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

TEXTS = ("mileage claim by train", "Leave carries over until March.")
SAMPLE = Sample(TEXTS, TEXTS, (0, 1))
ASKED = ModelSettings("query: ", "passage: ")


def _saved(folder: Path, tokenizer: PreTrainedTokenizerFast, prompts: dict[str, str]) -> str:
    transformer = folder / "transformer"
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=96,
    )
    BertModel(config).save_pretrained(transformer)
    tokenizer.save_pretrained(transformer)
    model = SentenceTransformer(
        modules=[Transformer(str(transformer), max_seq_length=64), Pooling(48), Normalize()],
        prompts=prompts,
        device="cpu",
    )
    model.save(str(folder / "model"))
    return str(folder / "model")


def _word_pieces() -> PreTrainedTokenizerFast:
    default = SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu")
    return default.tokenizer


def _sentence_pieces() -> PreTrainedTokenizerFast:
    """As multilingual models have it: a word's token begins with the space before the word."""
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=90, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>"
    )
    made.train_from_iterator([*TEXTS, "query: mileage", "passage: leave"] * 20, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token="<s>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    )


def _encoders(model: str, folder: Path, settings: ModelSettings) -> list[Encoder]:
    """The model itself and its export."""
    exported = ExportedEncoders(folder, settings).prepare(model, Precision.FLOAT32, lambda: SAMPLE)
    assert exported.note == ""
    return [SentenceTransformerEncoder(model, settings), exported.encoder]


def _words_of(text: str, spans: np.ndarray) -> str:
    return "".join(text[start:end] for start, end in spans.tolist()).replace(" ", "")


@pytest.mark.parametrize("make", [_word_pieces, _sentence_pieces])
@pytest.mark.parametrize("named", ["document", "passage"])
def test_a_model_s_own_prompts_stand_before_questions_and_passages(
    tmp_path: Path, make: Callable[[], PreTrainedTokenizerFast], named: str
) -> None:
    """The library never comes to a prompt "passage": it has an empty "document" of its own."""
    model = _saved(tmp_path, make(), {"query": "query: ", named: "passage: "})
    plain = SentenceTransformer(model, device="cpu", local_files_only=True)
    for encoder in _encoders(model, tmp_path / "encoders", ModelSettings()):
        assert encoder.fingerprint.prompts == ("query: ", "passage: ")
        for prompt, encode in (
            ("query: ", encoder.encode_questions),
            ("passage: ", encoder.encode_passages),
        ):
            true = plain.encode([prompt + text for text in TEXTS], prompt="")
            for text, vector, own in zip(TEXTS, true, encode(TEXTS), strict=True):
                assert float(vector @ own.vector) == pytest.approx(1, abs=1e-5)
                assert _words_of(text, own.tokens.spans) == text.replace(" ", "").rstrip(".")
                assert len(own.tokens.vectors) == len(own.tokens.spans)


def test_settings_give_prompts_to_a_model_whose_files_have_none(tmp_path: Path) -> None:
    model = _saved(tmp_path, _word_pieces(), {})
    with_prompts = _encoders(model, tmp_path / "encoders", ASKED)
    without = _encoders(model, tmp_path / "encoders", ModelSettings())
    for prompted, bare in zip(with_prompts, without, strict=True):
        [own] = prompted.encode_passages(["mileage"])
        [other] = bare.encode_passages(["passage: mileage"])
        [neither] = bare.encode_passages(["mileage"])
        assert float(own.vector @ other.vector) == pytest.approx(1, abs=1e-5)
        assert float(own.vector @ neither.vector) < 0.999
        assert _words_of("mileage", own.tokens.spans) == "mileage"
        assert bare.fingerprint.prompts == ()
        assert not prompted.fingerprint.is_comparable(bare.fingerprint)
        assert prompted.fingerprint.digest != bare.fingerprint.digest
    assert len(list((tmp_path / "encoders").iterdir())) == 2


def test_settings_go_before_the_model_s_own_prompts(tmp_path: Path) -> None:
    model = _saved(tmp_path, _word_pieces(), {"query": "ask: ", "document": "text: "})
    encoder = SentenceTransformerEncoder(model, ModelSettings(question_prompt="query: "))
    assert encoder.fingerprint.prompts == ("query: ", "text: ")


def test_a_snapshot_is_not_served_with_other_prompts(tmp_path: Path) -> None:
    built_with = WordEncoder()
    built_with.fingerprint = replace(built_with.fingerprint, prompts=("query: ", "passage: "))
    store = SnapshotStore(tmp_path)
    publish(store, encoder=built_with)
    expected = "words with the prompts 'query: ' and 'passage: ', and SIGNPOST_MODEL names words:"
    with pytest.raises(EncoderError, match=expected):
        Retriever(store.open(), WordEncoder())
    assert Retriever(store.open(), built_with).answer(Question("claim mileage pence")).results
