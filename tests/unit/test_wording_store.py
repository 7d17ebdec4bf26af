"""Every error of the key store has a whole sentence, with its parameters filled in."""

from __future__ import annotations

import pytest

from app.errors import ErrorCode
from ui.wording_store import KEY_STORE_SENTENCES, key_file_notice

KNOWN = {
    "path": "D:/鼓楼/keys.json",
    "problem": "拒绝访问",
    "minimum": 8,
    "version": 2,
    "place": "x",
}
CODES = [code for code in ErrorCode if code.value.startswith("key")]


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_whole_sentence(code):
    sentence = KEY_STORE_SENTENCES[code](**KNOWN)

    assert sentence.count("。") >= 2
    assert "{" not in sentence


def test_the_sentence_names_the_file_and_the_problem():
    sentence = KEY_STORE_SENTENCES[ErrorCode.KEY_FILE_NOT_WRITTEN](**KNOWN)

    assert "D:/鼓楼/keys.json" in sentence
    assert "拒绝访问" in sentence


def test_the_notice_says_that_nobody_can_bring_a_passphrase_back():
    assert "口令没有人能替您找回" in key_file_notice()
