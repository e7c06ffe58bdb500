package io.npuq.launcher.it;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.process.NativeFaults;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A real engine, and what goes wrong with one: an input that says {@code #fault-name} strikes the attempt that is the first to come by,
 * {@code #poison} every one.
 */
final class FaultyEngine implements Engine {
    private static final Pattern FAULT = Pattern.compile("#(wait|deaf|null|garbage|hog|gone|poison)(-[0-9]+)?");
    private static final int HOG_MIB = 64;
    /** Well past what a test allows an engine, and still no harm to the machine. */
    private static final int HOGS_MAX = 24;

    private final Engine real;
    private final Faults faults;

    FaultyEngine(Engine real, Faults faults) {
        this.real = real;
        this.faults = faults;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (faults.has(Faults.NO_LOAD)) {
            throw new EngineException(Kind.MODEL_UNAVAILABLE, "the model does not load, as the test wants it");
        }
        if (faults.has(Faults.NO_DEVICE)) {
            throw new EngineException(Kind.MODEL_UNAVAILABLE, "there is no such device, as the test wants it");
        }
        return real.load();
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        Matcher fault = FAULT.matcher(input(generation.input()));
        if (fault.find()
                && (fault.group(1).equals("poison")
                        || faults.first(fault.group().substring(1)))) {
            strike(fault.group(1), cancel);
        }
        if (faults.has(Faults.NO_DEVICE)) {
            throw new EngineException(Kind.ENGINE_LOST, "its device is gone, as the test wants it");
        }
        return real.generate(generation, text, cancel);
    }

    private void strike(String fault, CancelSignal cancel) {
        switch (fault) {
            case "wait" -> await(cancel);
            case "deaf" -> await(new CancelSignal());
            case "null", "poison" -> NativeFaults.writeToNull();
            case "garbage" -> sayGarbage();
            case "hog" -> hog();
            case "gone" -> faults.await(Faults.NO_DEVICE);
            default -> throw new IllegalStateException(fault);
        }
    }

    private static void await(CancelSignal cancel) {
        CountDownLatch cancelled = new CountDownLatch(1);
        cancel.onCancel(cancelled::countDown);
        try {
            cancelled.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sayGarbage() {
        try (FileOutputStream pipe = new FileOutputStream(System.getProperty("npuq.engine.frames"))) {
            pipe.write("Warning: this is no frame\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await(new CancelSignal());
    }

    private static void hog() {
        for (int i = 0; i < HOGS_MAX; i++) {
            NativeFaults.hog(HOG_MIB);
        }
        await(new CancelSignal());
    }

    private static String input(JobInput input) {
        return input instanceof JobInput.Chat chat
                ? chat.messages().stream().map(ChatMessage::content).collect(Collectors.joining("\n"))
                : ((JobInput.Text) input).text();
    }

    @Override
    public void close() {
        real.close();
    }
}
