"""The floor as it is heard: microphones, listeners, the recording. It follows the record; nobody calls it."""
