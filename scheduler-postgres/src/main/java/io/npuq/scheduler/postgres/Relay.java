package io.npuq.scheduler.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.npuq.scheduler.common.Feed;
import io.npuq.schema.JobId;
import io.npuq.schema.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text on its way between hosts, while it is made. A host that watches a job which another one runs asks that one for it, again and again
 * while it watches; the other one says the text aloud ({@code NOTIFY}), piece by piece, and each piece says where it begins. So pieces may
 * come twice, or be lost: the next time it is asked, the runner goes on from where the asker is. The text is kept by the {@link Feed}
 * alone.
 */
final class Relay {
    /** How often who watches asks. */
    static final Duration ASK_EVERY = Duration.ofMillis(900);

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** Who does not ask for so long watches no more. */
    private static final Duration WANTED_FOR = Duration.ofSeconds(4);

    /** Tokens that come within this are one piece. */
    private static final Duration GATHER = Duration.ofMillis(20);

    /** A notification has less than 8,000 bytes, and an escaped character six. */
    private static final int PIECE_CHARS_MAX = 1_200;

    /** The database's own encoding may not have every character. */
    private static final ObjectWriter ASCII = Json.MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

    private static final String ASK = "ask ";
    private static final String TEXT = "text ";
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final String channel;
    private final Feed feed;
    private final Map<JobId, Wanted> wanted = new ConcurrentHashMap<>();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "queue-relay");
        made.setDaemon(true);
        return made;
    });

    Relay(Jdbi jdbi, String channel, Feed feed) {
        this.jdbi = jdbi;
        this.channel = channel;
        this.feed = feed;
    }

    /**
     * A host wants a job's text.
     *
     * @param to the host that runs it
     * @param by the host that watches it
     * @param job which
     * @param attempt which attempt
     * @param from how much of the text it has, in characters
     */
    record Ask(int to, int by, JobId job, int attempt, int from) {}

    /**
     * A piece of a job's text.
     *
     * @param job which
     * @param attempt which attempt
     * @param from where in the text it begins, in characters
     * @param text it
     */
    record Piece(JobId job, int attempt, int from, String text) {}

    /** Text of a job that this host runs, wanted by those hosts; said up to that character, and to be said until then. */
    private record Wanted(int attempt, int from, Set<Integer> by, long untilNanos) {
        Wanted saidTo(int next) {
            return new Wanted(attempt, next, by, untilNanos);
        }
    }

    /** Asks the host that runs the job. From any thread. */
    void ask(Ask ask) {
        run(() -> say(ASK, ask));
    }

    /** Another host, or this one, said something. */
    void heard(String said, int self) {
        if (said.startsWith(TEXT)) {
            read(said.substring(TEXT.length()), Piece.class)
                    .ifPresent(piece -> feed.heard(piece.job(), piece.attempt(), piece.from(), piece.text()));
        } else if (said.startsWith(ASK)) {
            read(said.substring(ASK.length()), Ask.class)
                    .filter(ask -> ask.to() == self)
                    .ifPresent(ask -> run(() -> want(ask)));
        }
    }

    /** A job that this host runs made text. From any thread. */
    void made(JobId id) {
        if (wanted.containsKey(id) && !gathering.getAndSet(true)) {
            try {
                var unused = thread.schedule(this::sayAll, GATHER.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("the queue is closed; who watches {} elsewhere sees its end", id);
            }
        }
    }

    /** The hosts that watch that job, which this one runs. From any thread. */
    Set<Integer> askers(JobId id) {
        Wanted known = wanted.get(id);
        return known == null ? Set.of() : known.by();
    }

    void close() throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("a piece of text takes more than {} s to be said; it is left behind", STOP_PATIENCE.toSeconds());
        }
    }

    private void run(Runnable step) {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("the queue is closed; texts of jobs are not relayed any more");
        }
    }

    private void want(Ask ask) {
        Wanted before = wanted.get(ask.job());
        Set<Integer> by = new HashSet<>(Set.of(ask.by()));
        if (before != null && before.attempt() == ask.attempt()) {
            by.addAll(before.by());
        }
        wanted.put(
                ask.job(),
                new Wanted(ask.attempt(), ask.from(), Set.copyOf(by), System.nanoTime() + WANTED_FOR.toNanos()));
        sayAll();
    }

    private void sayAll() {
        gathering.set(false);
        long now = System.nanoTime();
        wanted.values().removeIf(one -> one.untilNanos() - now < 0);
        for (Map.Entry<JobId, Wanted> one : Map.copyOf(wanted).entrySet()) {
            Optional<String> more = feed.since(
                    one.getKey(), one.getValue().attempt(), one.getValue().from());
            if (more.isEmpty()) {
                // That attempt does not run here any more.
                wanted.remove(one.getKey());
            } else if (!say(one.getKey(), one.getValue(), more.get())) {
                return;
            }
        }
    }

    /** Whether it could be said. */
    private boolean say(JobId id, Wanted one, String text) {
        int done = 0;
        while (done < text.length()) {
            int end = Math.min(text.length(), done + PIECE_CHARS_MAX);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end--;
            }
            if (!say(TEXT, new Piece(id, one.attempt(), one.from() + done, text.substring(done, end)))) {
                return false;
            }
            done = end;
            wanted.put(id, one.saidTo(one.from() + done));
        }
        return true;
    }

    private boolean say(String what, Object message) {
        try {
            String said = what + ASCII.writeValueAsString(message);
            // Nothing of it has to be on disk: so nothing waits for the disk.
            jdbi.useHandle(handle -> handle.execute(
                    "SELECT set_config('synchronous_commit', 'off', true), pg_notify(?, ?)", channel, said));
            return true;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every message has a JSON form", e);
        } catch (RuntimeException e) {
            LOG.debug("text of a job could not be relayed: {}", StoreFailure.message(e));
            return false;
        }
    }

    /** Empty where another npuq says it otherwise. */
    private static <T> Optional<T> read(String text, Class<T> type) {
        try {
            return Optional.of(Json.MAPPER.readValue(text, type));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
