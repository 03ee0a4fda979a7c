"""How well and how fast speech is written down, by every model that is installed.

python -m tests.benchmarks.speech --processes 2

For each recording: wrong words in percent (substituted, left out, put in), seconds of sound a second on the
clock and a second of computing, the most memory of one process. Then how soon the first words are there, and
how many characters are heard in a minute of silence, noise, tones, music and applause: there must be none.
Fails when a figure that must hold does not. Words are scored by Whisper's English normaliser; where Spanish
is spoken, by its basic one.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import jiwer
from whisper_normalizer.basic import BasicTextNormalizer
from whisper_normalizer.english import EnglishTextNormalizer

from tests.benchmarks.results import ROOT, Figures, report
from tests.benchmarks.speech_cases import Case, cases
from tests.benchmarks.speech_runs import Run, alone, first_words, hear_case, invented
from transcripts.whisper import engine, is_here

MODELS = ("base", "tiny.en")
MOST_WRONG = {
    ("base", "meeting"): 9.5, ("base", "meeting, hard"): 17.1, ("base", "bilingual"): 20.0,
    ("tiny.en", "meeting"): 13.0,
}  # fmt: skip
LEAST_SPEED = {("base", "meeting"): 10.0}
MOST_MIB, FIRST_WORDS_S = 900, 15.0


def wrong_words(case: Case, text: str) -> tuple[float, str]:
    """Percent, and "substituted/left out/put in"."""
    plain = EnglishTextNormalizer() if case.languages == {"en"} else BasicTextNormalizer()
    words = jiwer.process_words(plain(case.reference), plain(text))
    return words.wer * 100, f"{words.substitutions}/{words.deletions}/{words.insertions}"


def figures_of(model: str, case: Case, run: Run) -> Figures:
    percent, counts = wrong_words(case, run.text)
    name = f"{model}, {case.name}"
    return {
        f"{name}: wrong words, %": percent,
        f"{name}: substituted/left out/put in": counts,
        f"{name}: times real time": run.sound_s / run.wall_s,
        f"{name}: s of sound a CPU second": run.sound_s / run.cpu_s,
        f"{name}: CPU s": run.cpu_s,
        f"{name}: most MiB of a process": run.peak_mib,
    }


def faults(figures: Figures, *, is_timed: bool) -> Iterator[str]:
    """The figures that must hold and do not; speed only where the machine was said to be quiet."""
    for label, value in figures.items():
        head, _, what = label.partition(": ")
        model, _, name = head.partition(", ")
        if what == "wrong words, %" and float(value) > MOST_WRONG.get((model, name), 100):
            yield f"{label}: {value:.2f}, at most {MOST_WRONG[model, name]}"
        if is_timed and what == "times real time" and float(value) < LEAST_SPEED.get((model, name), 0):
            yield f"{label}: {value:.1f}, at least {LEAST_SPEED[model, name]}"
        if what == "most MiB of a process" and float(value) > MOST_MIB:
            yield f"{label}: {value}, at most {MOST_MIB}"
        if is_timed and what == "s to the first words" and float(value) > FIRST_WORDS_S:
            yield f"{label}: {value:.1f}, at most {FIRST_WORDS_S}"
        if what == "characters invented" and value:
            yield f"{label}: {value}"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--speech", type=Path, default=ROOT.parent / "shared" / "speech", help="its folder")
    words.add_argument("--model", action="append", help="default: every one that is installed")
    words.add_argument("--only", action="append", metavar="RECORDING", help="default: all")
    words.add_argument("--processes", type=int, default=1, help="that share one recording")
    words.add_argument("--threads", type=int, default=1, help="of each")
    words.add_argument("--busy", action="store_true", help="the machine has other work: no goals for speed")
    words.add_argument("--save", action="store_true")
    chosen = words.parse_args()
    found = [case for case in cases(chosen.speech) if not chosen.only or case.name in chosen.only]
    figures: Figures = {"engine": engine()}
    for model in chosen.model or [each for each in MODELS if is_here(each)]:
        for case in found:
            if model.endswith(".en") and case.languages != {"en"}:
                continue
            run = alone(hear_case, case, model, chosen.processes, chosen.threads)
            new = figures_of(model, case, run)
            if case.name == "demo":
                new[f"{model}: s to the first words"] = alone(first_words, case.paths[0], model)
            report("", new, save=False)
            figures |= new
        if not chosen.only:
            heard = alone(invented, model)
            figures |= {f"{model}, {name}: characters invented": count for name, count in heard.items()}
    report("speech", figures, save=chosen.save)
    wrong = list(faults(figures, is_timed=not chosen.busy))
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
