# SPDX-License-Identifier: Apache-2.0
"""The shells, asked as a user would ask them with the tab key."""
import os
import subprocess
import unittest

from built import PROGRAM, commands, installed, options

BASH = """
. /usr/share/bash-completion/bash_completion
. {file}
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
_vedette vedette "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
# The completion system runs within a line editor only, so what the function asks of it stands here.
ZSH = """
words=({words}); CURRENT=$#words
_describe() {{ print -l -- ${{(P)2%%:*}} }}
compadd() {{ print -l -- ${{@:#--}} }}
_files() {{ print files }}
source {file}
"""


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TERM": "dumb"}


def said(*words: str) -> str:
    done = subprocess.run(words, text=True, capture_output=True, env=environment(), stdin=subprocess.DEVNULL, timeout=60)
    if done.stderr.strip():
        raise AssertionError(f"{words}: {done.stderr}")
    return done.stdout


def bash(words: str) -> set[str]:
    script = BASH.format(file=installed("usr/share/bash-completion/completions/vedette"), words=words)
    return set(said("bash", "--norc", "-c", script).split())


def fish(line: str) -> set[str]:
    file = installed("usr/share/fish/vendor_completions.d/vedette.fish")
    lines = said("fish", "--no-config", "-c", f"source {file}; complete -C '{line}'").splitlines()
    return {text.split("\t")[0] for text in lines}


def zsh(words: str) -> set[str]:
    file = installed("usr/share/zsh/vendor-completions/_vedette")
    return set(said("zsh", "-f", "-c", ZSH.format(file=file, words=words)).split())


class Bash(unittest.TestCase):
    def test_commands(self):
        self.assertEqual(bash("vedette ''"), {*commands(), "--help", "--version"})
        self.assertEqual(bash("vedette re"), {command for command in commands() if command.startswith("re")})

    def test_options_of_every_command(self):
        for command in commands():
            with self.subTest(command):
                self.assertEqual(bash(f"vedette {command} --"), options(command))

    def test_values(self):
        self.assertEqual(bash("vedette run --probes tr"), {"trampoline", "tracepoint"})

    def test_files(self):
        self.assertIn("/etc/passwd", bash("vedette replay /etc/pass"))


class Fish(unittest.TestCase):
    def test_commands(self):
        self.assertEqual(fish("vedette "), set(commands()))

    def test_options_of_every_command(self):
        for command in commands():
            with self.subTest(command):
                self.assertEqual({word for word in fish(f"vedette {command} --") if word.startswith("--")},
                                 options(command))


class Zsh(unittest.TestCase):
    def test_commands(self):
        self.assertEqual(zsh("vedette ''"), set(commands()))

    def test_options_of_every_command(self):
        for command in commands():
            with self.subTest(command):
                self.assertEqual(zsh(f"vedette {command} --"), options(command))

    def test_values(self):
        self.assertEqual(zsh("vedette run --probes ''"), {"auto", "trampoline", "tracepoint"})
        self.assertEqual(zsh("vedette replay ''"), {"files"})


if __name__ == "__main__":
    unittest.main()
