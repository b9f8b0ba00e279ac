"""Every metric of the project, in one typed file: name, type, labels, meaning. No room id is ever a label.

The names are an interface: dashboards and alerts read them. Base units are in the name, as Prometheus asks.
"""

from prometheus_client import Counter, Gauge, Histogram

LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
ON_AIR_BUCKETS_S = (0.5, 1, 2, 3, 5, 8, 13, 21, 34, 60, 120, 300)

RECORDS = Counter("dajia_records_total", "Records consumed and finished.", ["role", "topic"])
DEAD_LETTERS = Counter("dajia_dead_letters_total", "Records sent to a dead-letter topic.", ["role", "topic", "reason"])
SUSPICIONS = Counter("dajia_suspicions_total", "Suspicion events published.", ["role", "signal"])
DETECTOR_SECONDS = Histogram(
    "dajia_detector_seconds", "Time of one judgement or recognition.", ["detector"], buckets=LATENCY_BUCKETS_S
)
EVENT_AGE_SECONDS = Histogram(
    "dajia_event_age_seconds",
    "From the on-air moment to the record being finished.",
    ["role", "topic"],
    buckets=ON_AIR_BUCKETS_S,
)
FRAMES_READ = Counter("dajia_frames_total", "Frames by what the change gate decided.", ["decision"])
GALLERY_QUARANTINED = Gauge(
    "dajia_gallery_quarantined", "Gallery entries in quarantine: found in so many rooms that the entry must be wrong."
)
UTTERANCES = Counter("dajia_utterances_total", "Utterances transcribed.", ["engine"])
UNHEARD_SECONDS = Counter(
    "dajia_unheard_seconds_total",
    "Seconds of speech given up because the recogniser could not keep up, by whether anything was found in the room.",
    ["room"],
)
SPEECH_DELAY_SECONDS = Histogram(
    "dajia_speech_delay_seconds",
    "From the end of an utterance on air to its findings being published.",
    ["engine"],
    buckets=ON_AIR_BUCKETS_S,
)
UTTERANCES_WAITING = Gauge("dajia_utterances_waiting", "Utterances cut and not yet recognised.")
ENGINE_DEATHS = Counter("dajia_engine_deaths_total", "Crashes and hangs of a speech engine.", ["engine"])
SPEECH_SECONDS = Counter("dajia_speech_seconds_total", "Seconds of speech transcribed.", ["engine"])
CONSUMER_LAG = Gauge(
    "dajia_consumer_lag_records",
    "Records between the consumer's position and the end of the partition.",
    ["role", "topic", "partition"],
)
EVENT_LOOP_LAG_SECONDS = Gauge(
    "dajia_event_loop_lag_seconds", "How late the last timer of the event loop was.", ["role"]
)
ENFORCEMENTS = Counter("dajia_enforcements_total", "Enforcement events published.", ["rung", "authority", "seal"])
COMPENSATIONS = Counter("dajia_compensations_total", "Enforcement events that take an earlier one back.", ["rung"])
TIME_TO_ACTION_SECONDS = Histogram(
    "dajia_time_to_action_seconds",
    "From the on-air moment that sufficed to the enforcement event.",
    ["rung"],
    buckets=ON_AIR_BUCKETS_S,
)
RESENDS = Counter(
    "dajia_resends_total", "Enforcement events sent again because nobody had acknowledged them.", ["rung"]
)
OUTCOMES = Counter(
    "dajia_outcomes_total",
    "Actions on rooms by what was said of them, each status of an action once; expired includes those nobody answered.",
    ["status"],
)
HELD = Counter(
    "dajia_held_actions_total",
    "Actions that went to a reviewer although their policy line may act by itself, by what held them.",
    ["hold"],
)
PERMITS = Counter("dajia_permits_total", "Requests to act without a person, by the governor's answer.", ["answer"])
SEALED = Counter("dajia_evidence_sealed_total", "Payloads sealed, by what they are and why.", ["kind", "why"])
SEALED_BYTES = Counter("dajia_evidence_sealed_bytes_total", "Bytes of sealed payloads.", ["kind"])
SEAL_SECONDS = Histogram(
    "dajia_evidence_seal_seconds",
    "From the join's request to the seal; a cut waits for it until its deadline.",
    buckets=LATENCY_BUCKETS_S,
)
SEAL_FAILURES = Counter(
    "dajia_evidence_failures_total",
    "Payloads not sealed, by the error; each is tried again. Alert on it: evidence leaves Kafka in hours.",
    ["error"],
)
UNSEALED = Gauge("dajia_evidence_unsealed", "Seal requests of this worker that are not answered yet.")
SESSIONS_WATCHED = Gauge("dajia_evidence_sessions", "Sessions of this worker whose chains are not closed.")
AUTONOMY_CHANGES = Counter(
    "dajia_autonomy_changes_total", "Changes of what may be done without a person (autonomy-events).", ["change"]
)
AUTONOMY_HALTED = Gauge(
    "dajia_autonomy_halted", "1 while the breaker is open: the fleet fires abnormally often. Page someone."
)
AUTONOMY_ORDERED_HALT = Gauge(
    "dajia_autonomy_ordered_halt", "1 while a person has stopped all autonomous actions (dajia autonomy halt)."
)
AUTONOMY_EXHAUSTED = Gauge("dajia_autonomy_exhausted", "1 while the hour's budget of autonomous actions is used up.")
AUTONOMY_LINES = Gauge("dajia_autonomy_lines", "Reviewed policy lines by what they have earned or lost.", ["standing"])
LATE = Counter("dajia_late_suspicions_total", "Suspicions that came after the allowed lateness.", ["modality"])
SKEWED = Counter(
    "dajia_skewed_suspicions_total",
    "Suspicions not applied because the clock of their source is off by more than is put right.",
    ["modality"],
)
ROOMS = Gauge("dajia_rooms", "Rooms of this join worker with an open session or an action on its way.")
STATE_BYTES = Histogram(
    "dajia_join_state_bytes",
    "Size of a room's state as written to its table.",
    buckets=(500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000),
)
CASE_STATE_BYTES = Histogram(
    "dajia_cases_state_bytes",
    "Size of the state of a room, an account or an identifier as written to its table.",
    ["kind"],
    buckets=(500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000),
)
CASE_OVERFLOW = Counter(
    "dajia_cases_overflow_total", "Shows, strikes, sums, partners and identifiers dropped because of a limit."
)
EARLY_WARNINGS_SENT = Counter("dajia_early_warnings_total", "Early warnings to partners, withdrawals included.")
WORKER_INFO = Gauge("dajia_worker_info", "1; the labels say what runs here.", ["role", "version"])
READY = Gauge("dajia_ready", "1 once the worker consumes, 0 while it starts or recovers its tables.", ["role"])
POLICY_INFO = Gauge("dajia_policy_info", "1; the label says which policy of rooms is in force.", ["version"])
CASE_POLICY_INFO = Gauge(
    "dajia_case_policy_info", "1; the label says which policy of hosts and merchants is in force.", ["version"]
)
POLICY_RELOADS = Counter(
    "dajia_policy_reloads_total", "Changes of reference-policy by what became of them.", ["result"]
)
UNKNOWN_SIGNALS = Counter(
    "dajia_unknown_signals_total",
    "Suspicions whose signal the policy does not name; they count for nothing.",
    ["signal"],
)
LEXICON_INFO = Gauge("dajia_lexicon_info", "1; the label says which lexicon is in force.", ["version"])
LEXICON_RELOADS = Counter(
    "dajia_lexicon_reloads_total", "Changes of reference-terms by what became of them.", ["result"]
)
