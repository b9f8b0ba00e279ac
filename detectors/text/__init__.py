"""The phonetic text engine that ear, eye, chat and listings share."""
