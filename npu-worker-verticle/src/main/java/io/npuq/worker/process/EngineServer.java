package io.npuq.worker.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The child's side: reads frames on one thread and works on another, so that a cancel, and the end of the parent, are seen while a
 * generation or a load runs.
 */
public final class EngineServer {
    /** How long the engine has to end what it does and free its model; then the process ends all the same. */
    private static final long END_GRACE_MS = 1_000;

    private static final int EXIT_BROKEN = 70;
    private static final Logger LOG = LoggerFactory.getLogger(EngineServer.class);

    private final InputStream in;
    private final OutputStream out;
    private final Function<JsonNode, Engine> engines;
    private final ExecutorService work = thread("engine");
    /** Counts, and what comes next, go beside a generation, which takes seconds. */
    private final ExecutorService counting = thread("counting");
    /** What probably comes next, and is yet to be prepared: the last word counts. */
    private final AtomicReference<@Nullable Generation> next = new AtomicReference<>();

    private volatile @Nullable Running running;
    private volatile @Nullable Engine engine;

    private record Running(long call, CancelSignal cancel) {}

    /**
     * A server on these streams.
     *
     * @param engines makes the engine out of the settings of the load message
     */
    public EngineServer(InputStream in, OutputStream out, Function<JsonNode, Engine> engines) {
        this.in = in;
        this.out = out;
        this.engines = engines;
    }

    /**
     * Serves the parent of this process, and ends this process when the parent is gone or says so: never returns. Call it before
     * anything else: from here on, whatever prints to standard output prints to standard error.
     *
     * @param engines makes the engine out of the settings of the load message
     */
    public static void onStandardStreams(Function<JsonNode, Engine> engines) throws IOException {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        String frames = System.getProperty(EngineCommand.FRAMES_PROPERTY);
        OutputStream out = frames == null ? new FileOutputStream(FileDescriptor.out) : new FileOutputStream(frames);
        InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        int exitCode = new EngineServer(in, out, engines).serve();
        // Native code may still run, or hang: it does not keep this process.
        Runtime.getRuntime().halt(exitCode);
    }

    /**
     * Serves until the stream ends or the parent says farewell.
     *
     * @return the exit code for this process
     */
    public int serve() {
        try {
            write(new Message.Hello(Message.PROTOCOL));
            Optional<Message> message = Frames.read(in);
            while (message.isPresent() && !(message.get() instanceof Message.Bye)) {
                take(message.get());
                message = Frames.read(in);
            }
            return end(0);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the parent's pipe broke: {}", e.getMessage());
            return end(EXIT_BROKEN);
        }
    }

    private void take(Message message) throws FrameException {
        if (message instanceof Message.Load load) {
            work.execute(() -> load(load.settings()));
        } else if (message instanceof Message.Generate generate) {
            Running next = new Running(generate.call(), new CancelSignal());
            running = next;
            work.execute(() -> generate(generate, next.cancel()));
        } else if (message instanceof Message.Prepare prepare) {
            if (next.getAndSet(prepare.next()) == null) {
                counting.execute(this::prepare);
            }
        } else if (message instanceof Message.Count count) {
            counting.execute(() -> count(count));
        } else if (message instanceof Message.Cancel cancel) {
            Running now = running;
            if (now != null && now.call() == cancel.call()) {
                now.cancel().cancel();
            }
        } else if (message instanceof Message.Ping) {
            write(new Message.Pong());
        } else {
            throw new FrameException("the parent said " + message.getClass().getSimpleName() + ", which has no place");
        }
    }

    private void load(JsonNode settings) {
        answer(Message.LOAD_CALL, Kind.MODEL_UNAVAILABLE, () -> {
            Engine made = engines.apply(settings);
            engine = made;
            return new Message.Loaded(made.load());
        });
    }

    private void generate(Message.Generate asked, CancelSignal cancel) {
        answer(asked.call(), Kind.GENERATION_FAILED, () -> {
            Engine loaded = engine;
            if (loaded == null) {
                throw new IllegalStateException("the parent asks before it loads");
            }
            Generated generated =
                    loaded.generate(asked.generation(), text -> write(new Message.Text(asked.call(), text)), cancel);
            return new Message.Done(asked.call(), generated);
        });
    }

    private void prepare() {
        Generation last = next.getAndSet(null);
        Engine loaded = engine;
        if (loaded != null && last != null) {
            loaded.prepare(last);
        }
    }

    /** Where it goes wrong, nobody knows how many: the attempt itself will show why. */
    private void count(Message.Count asked) {
        Engine loaded = engine;
        if (loaded == null) {
            write(new Message.Counted(asked.number(), null));
            return;
        }
        loaded.promptTokens(asked.generation()).whenComplete((tokens, failure) -> {
            boolean counted = failure == null && tokens.isPresent();
            write(new Message.Counted(asked.number(), counted ? tokens.getAsInt() : null));
        });
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    private interface Call {
        Message run() throws EngineException;
    }

    private void answer(long number, Kind kindOfBug, Call call) {
        Message answer;
        try {
            answer = call.run();
        } catch (EngineException e) {
            answer = new Message.Failed(number, e.kind(), String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            return; // The parent is gone; the reading thread sees it too, and ends.
        } catch (RuntimeException | Error e) {
            answer = new Message.Failed(number, kindOfBug, bug(e));
        }
        write(answer);
    }

    /** Where it happened, without its message, which may quote a text of the job. */
    private static String bug(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return "the engine has a bug: " + e.getClass().getName() + (trace.length > 0 ? " at " + trace[0] : "");
    }

    private void write(Message message) {
        try {
            byte[] frame = Frames.frame(message);
            synchronized (out) {
                Frames.write(out, frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int end(int exitCode) {
        Running now = running;
        if (now != null) {
            now.cancel().cancel();
        }
        work.execute(() -> {
            Engine ending = engine;
            if (ending != null) {
                ending.close();
            }
        });
        work.shutdown();
        try {
            boolean ended = work.awaitTermination(END_GRACE_MS, TimeUnit.MILLISECONDS);
            return ended ? exitCode : EXIT_BROKEN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EXIT_BROKEN;
        }
    }
}
