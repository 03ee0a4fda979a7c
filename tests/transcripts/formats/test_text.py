"""Plain text: for a command alone, and of a meeting."""

from tests.transcripts.formats.sample import GAP, SAMPLE
from transcripts.formats.text import as_text
from transcripts.formats.written import Line, Origin, Who, of_lines


def test_without_a_meeting_it_is_the_words_under_a_note() -> None:
    lines = [Line(0, 9, "Good evening.", Who("a", "Ruth Calloway", "person")), Line(9, 10, "Sí,\n\nseñora.")]
    assert as_text(of_lines(lines, Origin("base", "en"))) == (
        "Machine-made transcript (Whisper base, language en)\n\nRuth Calloway: Good evening.\nSí, señora.\n"
    )
    assert as_text(of_lines([])) == ""


def test_of_a_meeting_it_has_heading_items_times_and_gaps() -> None:
    assert as_text(SAMPLE) == (
        "Alder Bay, City Council\nRegular meeting\nMonday, November 23, 2026\n\n"
        "Transcript\nMachine-made, not reviewed\n"
        "Made by: Whisper, model base (faster-whisper 1.2.1), Nov 23, 2026\n"
        "Language: English\nHow sure the machine is: 91 % on average, word by word\n"
        f"Recording's fingerprint (SHA-256): {'ab' * 32}\n"
        "Address: https://alder.example/meetings/m1\n\n\n"
        "[0:00] Ana Ruiz: Good evening, everyone.\n[0:03] Dais: Order, please.\n\n"
        "1 Bike lane\n\n[0:06] Speaker 1: I live on Elm Street.\n[0:09] Speaker 1: Sí, señora.\n"
        f"    (In English, by machine: Yes, ma'am.)\n{GAP}\n\n"
        "2 Library hours\n\n[0:21] Open on Sundays?\n[0:24] Ana Ruiz: O'Neil & 1/2-time, yes.\n"
    )
