"""From streams and chat to records on the live topics: PyAV in, Kafka out, one process for many rooms.

Read in this order: `run` (the loop of one source), `opening`, `video` and `audio` (the tracks), then the pure parts
that decide: `stream_clock` (event time), `frame_choice` (which pictures, which packets), `pcm_chunks` (sound),
`pacing` (how fast a file plays, how long to wait before a new try), `chat_batches` (chat lines into records).
"""
