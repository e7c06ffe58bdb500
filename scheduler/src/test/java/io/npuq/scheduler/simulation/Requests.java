package io.npuq.scheduler.simulation;

import io.npuq.scheduler.Sender;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobError;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Sampling;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Requests, senders and outcomes by dice. */
final class Requests {
    private static final int CLIENTS = 4;
    private static final int KEYS = 40;
    private static final int LONG_TEXT_CHARS_MAX = 2_000;
    private static final long DEADLINE_EXPONENT_MAX = 20;

    private final Random dice;

    Requests(Random dice) {
        this.dice = dice;
    }

    /** With every option now and then; few texts, so that the same request comes again. */
    JobRequest request() {
        JobKind kind = one(List.of(JobKind.values()));
        int tokens = kind == JobKind.EMBEDDING ? 0 : rarely() ? 1 + dice.nextInt(kind.newTokensMax()) : 16;
        Optional<Duration> deadline = dice.nextInt(3) == 0 ? Optional.of(aWhile()) : Optional.empty();
        Duration heldBack = Duration.ofMillis(1 + dice.nextInt(30_000));
        boolean holds = dice.nextInt(8) == 0 && heldBack.compareTo(deadline.orElse(Limits.RUN_AFTER_MAX)) <= 0;
        boolean json = kind == JobKind.CHAT && rarely();
        List<String> stops = json ? List.of() : List.of("\n\n");
        return new JobRequest(
                kind,
                input(kind),
                tokens,
                dice.nextInt(Limits.PRIORITY_MAX + 1),
                deadline,
                one(List.of(DeadlineMode.values())),
                holds ? Optional.of(heldBack) : Optional.empty(),
                kind == JobKind.EMBEDDING ? DevicePolicy.ANY : one(List.of(DevicePolicy.values())),
                rarely() ? new Sampling(0.5, 0.9, 40, 1.1, 0, 0, 7L, stops) : Sampling.GREEDY,
                rarely() ? Map.of("source", "mail " + dice.nextInt(10)) : Map.of(),
                json ? new ResponseFormat.JsonObject() : ResponseFormat.TEXT);
    }

    private JobInput input(JobKind kind) {
        return switch (kind) {
            case CHAT -> new JobInput.Chat(List.of(new ChatMessage("user", text())));
            case EMBEDDING -> new JobInput.Texts(rarely() ? List.of(text(), text()) : List.of(text()));
            case TITLE, SUMMARY, NOTIFICATION, MEMORY_CANDIDATE -> new JobInput.Text(text());
        };
    }

    Sender sender() {
        String client = dice.nextInt(5) == 0 ? "" : "client " + dice.nextInt(CLIENTS);
        return new Sender(client, dice.nextInt(4) == 0 ? Optional.of("key-" + dice.nextInt(KEYS)) : Optional.empty());
    }

    /** A success, an error, or a stop with what there was. */
    Outcome outcome(int attempt, boolean fails) {
        if (fails) {
            JobError error = new JobError(ErrorCode.GENERATION_FAILED, "the engine stumbled");
            return new Outcome.Failed(error, dice.nextBoolean() ? Optional.of(evidence(attempt)) : Optional.empty());
        }
        if (rarely()) {
            ErrorCode code = dice.nextBoolean() ? ErrorCode.CANCELLED : ErrorCode.EXPIRED;
            return new Outcome.Stopped(
                    new JobError(code, "stopped at a token"),
                    Optional.of(result(true)),
                    Optional.of(evidence(attempt)));
        }
        return new Outcome.Succeeded(result(false), evidence(attempt));
    }

    <T> T one(List<T> all) {
        return all.get(dice.nextInt(all.size()));
    }

    private boolean rarely() {
        return dice.nextInt(10) == 0;
    }

    /** From a millisecond to a quarter of an hour, each length of number as likely as the others. */
    private Duration aWhile() {
        long most = 1L << (1 + dice.nextLong(DEADLINE_EXPONENT_MAX));
        return Duration.ofMillis(1 + dice.nextLong(most));
    }

    private String text() {
        return rarely() ? "ü🌍".repeat(1 + dice.nextInt(LONG_TEXT_CHARS_MAX / 2)) : "text " + dice.nextInt(10);
    }

    private JobResult result(boolean partial) {
        FinishReason reason = partial ? FinishReason.CANCELLED : FinishReason.STOP;
        return new JobResult("answer " + dice.nextInt(1000), null, reason, new Usage(3, 2), partial);
    }

    private static Evidence evidence(int attempt) {
        return new Evidence(
                "scripted",
                null,
                null,
                null,
                "CPU",
                "CPU",
                RouteReason.NPU_UNAVAILABLE,
                3,
                3,
                32,
                2,
                new Timing(0.25, 0.0, null, 1.5, 2.5, 3.0),
                null,
                null,
                null,
                null,
                attempt,
                Verdict.FALLBACK);
    }
}
