package io.npuq.worker.engine;

import io.npuq.schema.CancelSignal;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One loaded model on one device. Its calls block, one at a time, on the lane's own thread.
 *
 * <p>States: new, loaded, closed. Generating before loading or after closing throws {@link IllegalStateException}.
 */
public interface Engine extends AutoCloseable {
    /**
     * Loads the model and runs one short generation, so that the first job is not slow.
     *
     * @throws EngineException {@code DEVICE_UNAVAILABLE} or {@code MODEL_UNAVAILABLE}, saying what is missing and what to do; {@code ENGINE_LOST} when its process
     *     ended
     */
    EngineInfo load() throws EngineException;

    /**
     * Generates, and passes text on as it comes, in whole characters.
     *
     * @param generation what to generate
     * @param text takes what is new; called on the calling thread
     * @param cancel looked at between tokens; then the answer so far comes back as {@code CANCELLED}
     * @throws EngineException {@code PROMPT_TOO_LONG}, {@code GENERATION_FAILED}, {@code TIMEOUT}, or {@code ENGINE_LOST} when its
     *     process ended
     */
    Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel) throws EngineException;

    /**
     * Tells what will probably be generated next, so that its prompt is ready by then; nothing else follows from it. From any thread, also
     * while another call is under way; does not block and does not fail.
     */
    default void prepare(Generation next) {}

    /**
     * How many tokens the prompt of this generation has, by the model's own tokenizer; empty where that cannot be told. From any thread,
     * also while another call is under way; does not fail.
     */
    default CompletionStage<OptionalInt> promptTokens(Generation generation) {
        return CompletableFuture.completedStage(OptionalInt.empty());
    }

    /**
     * Completes, with what happened, once the engine's process has ended without being asked; never for an engine in this process.
     * A lost engine cannot be loaded again: make a new one.
     */
    default CompletionStage<EngineLoss> lost() {
        return new CompletableFuture<>();
    }

    /** What its process held in physical memory when that was last measured, in bytes; empty where nobody measures. From any thread. */
    default OptionalLong memoryBytes() {
        return OptionalLong.empty();
    }

    /**
     * Frees the model. Closing twice is harmless. From another thread it ends a call that is under way in an engine's own process,
     * with {@code ENGINE_LOST}.
     */
    @Override
    void close();
}
