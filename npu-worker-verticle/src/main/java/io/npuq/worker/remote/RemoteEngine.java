package io.npuq.worker.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.Stopwatch;
import io.npuq.worker.prompt.JobPrompts;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A model on another server. Loading it looks whether the server answers and has the model. A server that stays away is a lost engine: the
 * lane gives its job back, and looks again, with growing pauses, whether the server has come back.
 */
public final class RemoteEngine implements Engine {
    /** How the device's name begins in evidence; its host follows. */
    public static final String DEVICE = "remote";

    private final UpstreamSettings settings;
    private final Upstream upstream;
    private final LongSupplier nanos;
    private final CompletableFuture<EngineLoss> lost = new CompletableFuture<>();
    private volatile boolean closed;
    private boolean loaded;

    /**
     * Nothing is asked yet.
     *
     * @param nanos a monotonic ticker, in nanoseconds
     */
    public RemoteEngine(UpstreamSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.upstream = new Upstream(settings);
        this.nanos = nanos;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (loaded || closed) {
            throw new IllegalStateException("the remote engine is " + (closed ? "closed" : "loaded already"));
        }
        Stopwatch watch = new Stopwatch(nanos);
        upstream.checkModel();
        loaded = true;
        return new EngineInfo(
                settings.model(), null, null, null, DEVICE, DEVICE + " " + settings.host(), watch.elapsedMs(), null);
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        if (!loaded || closed) {
            throw new IllegalStateException("the remote engine is " + (closed ? "closed" : "not loaded"));
        }
        if (!ChatRequest.kinds().contains(generation.kind())) {
            throw new EngineException(
                    Kind.MODEL_UNAVAILABLE,
                    "a remote lane does not run " + generation.kind().wire() + " jobs");
        }
        Stopwatch watch = new Stopwatch(nanos);
        ChatAnswer answer = new ChatAnswer(text, watch);
        boolean whole;
        try {
            whole = upstream.ask(
                    ChatRequest.path(generation), ChatRequest.of(generation, settings.model()), answer::line, cancel);
        } catch (EngineException e) {
            if (e.kind() == Kind.ENGINE_AWAY) {
                lost.complete(new EngineLoss(EngineLoss.Cause.DEVICE, String.valueOf(e.getMessage())));
            }
            throw e;
        }
        return generated(generation, answer, whole, watch);
    }

    private Generated generated(Generation generation, ChatAnswer answer, boolean whole, Stopwatch watch)
            throws EngineException {
        FinishReason reason = whole ? finishReason(answer) : FinishReason.CANCELLED;
        Optional<JsonNode> json = reason == FinishReason.STOP && AnswerObject.isWanted(generation)
                ? Optional.of(object(generation, answer))
                : Optional.empty();
        return new Generated(
                whole ? JobPrompts.shaped(generation.kind(), answer.text()) : answer.text(),
                json.orElse(null),
                reason,
                answer.usage(),
                watch.firstTokenMs(),
                watch.elapsedMs());
    }

    private FinishReason finishReason(ChatAnswer answer) throws EngineException {
        return answer.finishReason()
                .orElseThrow(() -> new EngineException(
                        Kind.GENERATION_FAILED,
                        "the answer of " + settings.host() + " broke off: it does not say why it ended"));
    }

    private JsonNode object(Generation generation, ChatAnswer answer) throws EngineException {
        return AnswerObject.parse(generation, answer.text())
                .orElseThrow(
                        () -> new EngineException(
                                Kind.GENERATION_FAILED,
                                "model \"" + settings.model() + "\" at " + settings.host()
                                        + " did not answer with the JSON that was asked for; use a server that obeys response_format"));
    }

    @Override
    public CompletionStage<EngineLoss> lost() {
        return lost;
    }

    @Override
    public void close() {
        closed = true;
    }
}
