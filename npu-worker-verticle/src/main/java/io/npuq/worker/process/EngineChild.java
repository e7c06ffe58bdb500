package io.npuq.worker.process;

import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.EngineLoss.Cause;
import io.npuq.worker.engine.Generation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One child process and its pipes. A thread reads, a thread writes and a thread drains standard error, so that whoever makes a call
 * waits on the inbox only, with a limit: a stopped child with full pipes blocks nobody but them, and killing it frees them.
 */
final class EngineChild {
    /** How long the operating system has to end a process after SIGKILL before we go on without it. */
    private static final Duration KILLED_WAIT_MAX = Duration.ofSeconds(1);

    /** How long a process that closed its pipe has to end by itself, so that its own exit code is told. */
    private static final Duration EXIT_WAIT = Duration.ofMillis(200);

    /** How often a reader that waits for room in the inbox looks whether it still should. */
    private static final Duration ROOM_WAIT = Duration.ofMillis(100);

    /** Messages that may wait to be looked at; past it the pipe pushes back. */
    private static final int INBOX_MAX = 1_024;

    private static final byte[] CLOSE = {};
    private static final long UNKNOWN = -1;
    private static final Logger LOG = LoggerFactory.getLogger(EngineChild.class);

    private final Process process;
    private final BlockingQueue<ChildEvent> inbox = new ArrayBlockingQueue<>(INBOX_MAX);
    private final BlockingQueue<byte[]> outbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<EngineLoss> lost;
    private final Counts counts = new Counts();
    private final AtomicReference<@Nullable EngineLoss> destroyedBecause = new AtomicReference<>();
    private final AtomicLong signs = new AtomicLong();
    private volatile boolean busy = true;
    private volatile long residentBytes = UNKNOWN;

    private EngineChild(Process process, CompletableFuture<EngineLoss> lost) {
        this.process = process;
        this.lost = lost;
    }

    /**
     * Starts it.
     *
     * @param memoryMaxBytes the most that it may hold in physical memory
     * @param lost completed, with what happened, once the process has ended or is as good as ended
     */
    static EngineChild start(List<String> command, long memoryMaxBytes, CompletableFuture<EngineLoss> lost)
            throws IOException {
        EngineChild child = new EngineChild(new ProcessBuilder(command).start(), lost);
        child.thread("reader", child::readUntilEnd).start();
        child.thread("writer", child::writeUntilEnd).start();
        child.thread("stderr", new StderrLog(child.process.getErrorStream(), child.pid()))
                .start();
        child.thread("watch", new ChildWatch(child, memoryMaxBytes)).start();
        LOG.info("engine {}: started", child.pid());
        return child;
    }

    private Thread thread(String role, Runnable work) {
        Thread thread = new Thread(work, "engine-" + process.pid() + "-" + role);
        thread.setDaemon(true);
        return thread;
    }

    long pid() {
        return process.pid();
    }

    /** What happened to it; waits for its end, which must be near. */
    String whatHappened() {
        return lost.join().message();
    }

    /** Whether it is lost by the end of this time. */
    boolean isLostWithin(Duration limit) {
        try {
            lost.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("nobody interrupts an engine's watch or fails its loss", e);
        }
    }

    /** How often anything was heard from it; grows as long as it lives and is not stopped. */
    long signsOfLife() {
        return signs.get();
    }

    /** Whether it is being started, loads or generates; each of these has a limit of its own. */
    boolean isBusy() {
        return busy;
    }

    void busy(boolean inCall) {
        busy = inCall;
    }

    /** Asks for a sign of life. Does not block. */
    void ping() {
        sendSmall(new Message.Ping());
    }

    /** What it holds in physical memory now, in bytes; empty where that cannot be read. */
    OptionalLong measureMemory() {
        OptionalLong measured = ProcessMemory.residentBytes(pid());
        measured.ifPresent(bytes -> residentBytes = bytes);
        return measured;
    }

    /** What it held when that was last measured; touches no file. */
    OptionalLong lastMeasuredMemory() {
        return residentBytes == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(residentBytes);
    }

    /** Tells what probably comes next; not where it has yet to read what it was told before. From any thread. */
    void prepare(Generation next) {
        if (outbox.isEmpty()) {
            try {
                send(new Message.Prepare(next));
            } catch (FrameException e) {
                LOG.debug("engine {}: nothing is prepared: {}", pid(), e.getMessage());
            }
        }
    }

    /** How many tokens a prompt has; empty where the child does not say in time. From any thread. */
    CompletionStage<OptionalInt> count(Generation generation) {
        return counts.ask(this, generation);
    }

    /** Hands a message to the writer. Does not block. */
    void send(Message message) throws FrameException {
        outbox.add(Frames.frame(message));
    }

    /** The next event; empty when the limit passed first. The last one is {@link ChildEvent.Lost}, and it stays. */
    Optional<ChildEvent> next(long limitNanos) throws InterruptedException {
        ChildEvent event = inbox.poll();
        if (event == null && lost.isDone()) {
            event = new ChildEvent.Lost(lost.join());
        }
        return Optional.ofNullable(event == null ? inbox.poll(limitNanos, TimeUnit.NANOSECONDS) : event);
    }

    /** Wakes the call that waits, if there is one. Does not block: when the inbox is full, nobody sleeps. */
    void nudge() {
        inbox.offer(new ChildEvent.Nudge());
    }

    /** Hands a message without content to the writer. */
    void sendSmall(Message message) {
        try {
            send(message);
        } catch (FrameException e) {
            throw new IllegalStateException("a message without content always fits", e);
        }
    }

    /** Ends the process at once, and waits until that is known. The first reason given is the one that is told. */
    void destroy(Cause cause, String because) {
        destroyedBecause.compareAndSet(null, new EngineLoss(cause, because));
        process.destroyForcibly();
        whatHappened();
    }

    /** Asks the process to end, and makes it when it does not. */
    void end(Duration grace) {
        destroyedBecause.compareAndSet(null, new EngineLoss(Cause.CLOSED, "it was closed"));
        sendSmall(new Message.Bye());
        outbox.add(CLOSE);
        if (!hasEndedWithin(grace)) {
            destroy(Cause.CLOSED, "it did not end when told to");
        }
    }

    private boolean hasEndedWithin(Duration limit) {
        try {
            return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void readUntilEnd() {
        EngineLoss loss;
        try (InputStream in = process.getInputStream()) {
            Optional<Message> message = Frames.read(in);
            while (message.isPresent()) {
                signs.incrementAndGet();
                deliver(message.get());
                message = Frames.read(in);
            }
            loss = new EngineLoss(Cause.ENDED, "its process ended");
        } catch (FrameException e) {
            loss = new EngineLoss(Cause.GARBAGE, e.getMessage() + ", so its process was ended");
        } catch (IOException e) {
            loss = new EngineLoss(Cause.ENDED, "its pipe broke");
        }
        conclude(loss);
    }

    /** Waits for room, unless the process is being ended: then nobody may empty the inbox any more. */
    private void deliver(Message message) {
        if (message instanceof Message.Counted counted) {
            counts.answered(counted);
            return;
        }
        try {
            boolean delivered = message instanceof Message.Pong;
            while (!delivered && destroyedBecause.get() == null) {
                delivered = inbox.offer(new ChildEvent.Heard(message), ROOM_WAIT.toMillis(), TimeUnit.MILLISECONDS);
                // What waits for us is no silence of the child's.
                signs.incrementAndGet();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts an engine's reader", e);
        }
    }

    /** Nothing can be heard from it any more: whatever state it is in, it goes. */
    private void conclude(EngineLoss seen) {
        boolean ended = hasEndedWithin(EXIT_WAIT);
        process.destroyForcibly();
        outbox.add(CLOSE);
        ended = ended || hasEndedWithin(KILLED_WAIT_MAX);
        EngineLoss because = Optional.ofNullable(destroyedBecause.get()).orElse(seen);
        String told = "engine process " + pid() + (ended ? " (exit code " + process.exitValue() + ")" : "") + ": "
                + because.message();
        LOG.info("{}", told);
        EngineLoss loss = new EngineLoss(because.cause(), told);
        lost.complete(loss);
        counts.end();
        inbox.offer(new ChildEvent.Lost(loss));
    }

    private void writeUntilEnd() {
        try (OutputStream out = process.getOutputStream()) {
            for (byte[] frame = outbox.take(); frame != CLOSE; frame = outbox.take()) {
                Frames.write(out, frame);
            }
        } catch (IOException e) {
            // The reader sees the same end, and tells everyone.
            LOG.debug("engine {}: its standard input was closed: {}", pid(), e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts an engine's writer", e);
        }
    }
}
