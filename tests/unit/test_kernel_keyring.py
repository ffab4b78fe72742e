"""Sealing personal fields: rotation, the wrong key, a kill in the middle."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hotel.keyring import Keyring, KeyringBroken, load_keyring, rotate_keyring


def test_a_field_is_unreadable_until_opened(tmp_path: Path) -> None:
    keyring = load_keyring(tmp_path / "keys" / "personal.key")
    sealed = keyring.seal("李 Mei-Lin Ångström")
    assert "Mei" not in sealed
    assert keyring.open(sealed) == "李 Mei-Lin Ångström"
    assert keyring.seal("same") != keyring.seal("same")


def test_the_key_file_is_its_owner_s_alone_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "personal.key"
    sealed = load_keyring(path).seal("Mei")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keyring(path).open(sealed) == "Mei"


def test_after_rotation_old_and_new_open_and_reseal_needs_the_new_key_only(tmp_path: Path) -> None:
    path = tmp_path / "personal.key"
    sealed = load_keyring(path).seal("Mei")
    rotated = rotate_keyring(path)
    assert rotated.open(sealed) == "Mei"
    resealed = rotated.reseal(sealed)
    newest_alone = Keyring(path.read_bytes().split()[:1])
    assert newest_alone.open(resealed) == "Mei"
    with pytest.raises(KeyringBroken):
        newest_alone.open(sealed)


def test_another_house_s_key_opens_nothing(tmp_path: Path) -> None:
    sealed = load_keyring(tmp_path / "ours.key").seal("Mei")
    with pytest.raises(KeyringBroken) as refused:
        load_keyring(tmp_path / "theirs.key").open(sealed)
    assert refused.value.code == "wrong_key"
    assert "Mei" not in str(refused.value)


def test_a_tampered_field_does_not_open(tmp_path: Path) -> None:
    keyring = load_keyring(tmp_path / "personal.key")
    sealed = keyring.seal("Mei")
    middle = len(sealed) // 2
    other = "A" if sealed[middle] != "A" else "B"
    with pytest.raises(KeyringBroken):
        keyring.open(sealed[:middle] + other + sealed[middle + 1 :])


@pytest.mark.parametrize(("content", "code"), [(b"", "no_key"), (b"not a key\n", "bad_key")])
def test_a_broken_key_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "personal.key"
    path.write_bytes(content)
    with pytest.raises(KeyringBroken) as refused:
        load_keyring(path)
    assert refused.value.code == code


def test_a_kill_during_rotation_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "personal.key"
    sealed = load_keyring(path).seal("Mei")

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, step, die)
            with pytest.raises(Killed):
                rotate_keyring(path)
        assert load_keyring(path).open(sealed) == "Mei"
    assert rotate_keyring(path).open(sealed) == "Mei"


def test_a_blind_index_finds_equal_texts_without_showing_them_and_survives_rotation(tmp_path: Path) -> None:
    path = tmp_path / "personal.key"
    before = load_keyring(path)
    index = before.blind("  Mei@Example.com ")
    assert index == before.blind("mei@example.com")
    assert index != before.blind("mai@example.com")
    assert "mei" not in index
    assert rotate_keyring(path).blind("mei@example.com") == index
    assert load_keyring(tmp_path / "other.key").blind("mei@example.com") != index
