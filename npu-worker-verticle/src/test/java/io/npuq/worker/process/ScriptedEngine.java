package io.npuq.worker.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Does what the words of its input say: a known word is a command, any other is said as one token.
 *
 * <p>Load settings: {@code fail} (a sentence to fail with), {@code exit} (an exit code), {@code touch} (a file to make), {@code hang}, {@code device}.
 */
public final class ScriptedEngine implements Engine {
    private final JsonNode settings;
    private final Set<Generation> prepared = new HashSet<>();
    private boolean loaded;

    public ScriptedEngine(JsonNode settings) {
        this.settings = settings;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (settings.has("exit")) {
            Runtime.getRuntime().halt(settings.get("exit").asInt());
        }
        if (settings.has("fail")) {
            throw new EngineException(
                    EngineException.Kind.MODEL_UNAVAILABLE, settings.get("fail").asText());
        }
        if (settings.has("touch")) {
            touch(Path.of(settings.get("touch").asText()));
        }
        if (settings.has("hang")) {
            awaitCancel(new CancelSignal());
        }
        loaded = true;
        String device = settings.path("device").asText("CPU");
        return new EngineInfo("scripted", "00ff", "1.0", null, device, device, 1.5, 100);
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        if (!loaded) {
            throw new IllegalStateException("not loaded");
        }
        StringBuilder said = new StringBuilder();
        int tokens = 0;
        for (String word : ((JobInput.Text) generation.input()).text().split(" ", -1)) {
            if (cancel.isSet() && !ignoresCancel(word)) {
                return generated(said, tokens, FinishReason.CANCELLED);
            }
            String token = word.startsWith("prepared") ? obeyPrepared(word, generation, cancel) : obey(word, cancel);
            if (!token.isEmpty()) {
                tokens++;
                said.append(token);
                text.accept(token);
            }
        }
        return generated(said, tokens, cancel.isSet() ? FinishReason.CANCELLED : FinishReason.STOP);
    }

    /** As many as there are words; of one that says {@code uncounted}, nobody hears. */
    @Override
    public CompletionStage<OptionalInt> promptTokens(Generation generation) {
        String text = ((JobInput.Text) generation.input()).text();
        return text.contains("uncounted")
                ? new CompletableFuture<>()
                : CompletableFuture.completedStage(OptionalInt.of(text.split(" ", -1).length));
    }

    /** {@code prepared} says whether this generation was; {@code prepared:n} waits until n generations were. */
    private synchronized String obeyPrepared(String word, Generation generation, CancelSignal cancel) {
        if (word.equals("prepared")) {
            return Boolean.toString(prepared.contains(generation));
        }
        int wanted = Integer.parseInt(word.substring(word.indexOf(':') + 1));
        cancel.onCancel(this::wake);
        while (prepared.size() < wanted && !cancel.isSet()) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return "";
    }

    private synchronized void wake() {
        notifyAll();
    }

    @Override
    public synchronized void prepare(Generation next) {
        prepared.add(next);
        notifyAll();
    }

    private static boolean ignoresCancel(String word) {
        return word.equals("deaf") || word.startsWith("fail:");
    }

    private static Generated generated(StringBuilder said, int tokens, FinishReason reason) {
        return new Generated(said.toString(), null, reason, new Usage(7, tokens), tokens > 0 ? 0.5 : null, 1.0);
    }

    private static String obey(String word, CancelSignal cancel) throws EngineException {
        String argument = word.substring(word.indexOf(':') + 1);
        switch (word.split(":", 2)[0]) {
            case "pid" -> {
                return ProcessHandle.current().pid() + "\n";
            }
            case "nothing" -> {
                return "";
            }
            case "wait" -> awaitCancel(cancel);
            case "deaf" -> awaitCancel(new CancelSignal());
            case "gate" -> waitUnlessItExists(Path.of(argument), cancel);
            case "grow" -> grow(Path.of(argument));
            case "hog" -> NativeFaults.hog(Integer.parseInt(argument));
            case "null" -> NativeFaults.writeToNull();
            case "crash" -> Runtime.getRuntime().halt(139);
            case "property" -> {
                return System.getProperty(argument, "none");
            }
            case "flood" -> System.err.println("x".repeat(1 << 22));
            case "print" -> System.out.println("a stray print");
            case "garbage" -> toPipe("not a frame at all".getBytes(StandardCharsets.UTF_8));
            case "oversized" ->
                toPipe(ByteBuffer.allocate(8).putInt(Frames.MAGIC).putInt(-1).array());
            case "fail" ->
                throw new EngineException(
                        EngineException.Kind.valueOf(argument.toUpperCase(Locale.ROOT)),
                        "told to fail with " + argument);
            case "bug" -> throw new IllegalStateException(argument);
            default -> {
                return word;
            }
        }
        return "";
    }

    private static void awaitCancel(CancelSignal cancel) {
        CountDownLatch cancelled = new CountDownLatch(1);
        cancel.onCancel(cancelled::countDown);
        try {
            cancelled.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waitUnlessItExists(Path gate, CancelSignal cancel) {
        if (!Files.exists(gate)) {
            touch(gate);
            awaitCancel(cancel);
        }
    }

    /** As a driver does when the NPU has worked: the counter file grows by 1,234 us. */
    private static void grow(Path counter) {
        try {
            long busyUs = Long.parseLong(Files.readString(counter).strip());
            Files.writeString(counter, (busyUs + 1_234) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void touch(Path file) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void toPipe(byte[] bytes) {
        try (FileOutputStream pipe = new FileOutputStream(System.getProperty(EngineCommand.FRAMES_PROPERTY))) {
            pipe.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        loaded = false;
    }
}
