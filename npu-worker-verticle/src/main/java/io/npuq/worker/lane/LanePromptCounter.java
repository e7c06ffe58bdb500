package io.npuq.worker.lane;

import io.npuq.scheduler.PromptCounter;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.Generation;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Has a lane's engine count prompts that may be too long for it. Most are so short that it need not be asked: a token stands for one byte
 * at least. Where that goes wrong, the lane finds out when it runs the job, and gives it back with its count.
 *
 * @param engine counts
 * @param promptTokensMax the longest prompt that the lane takes
 */
record LanePromptCounter(Engine engine, int promptTokensMax) implements PromptCounter {
    /** More than npuq's instructions, and than what chat templates put around a conversation and around a message of it. */
    static final int FRAME_BYTES_MAX = 512;

    static final int MESSAGE_BYTES_MAX = 64;

    /** Tokenizers bring text into a normal form first; in that (NFC) no text is longer than this many times. */
    private static final long NORMAL_FORM_GROWTH_MAX = 3;

    @Override
    public CompletionStage<OptionalInt> promptTokens(JobRequest request) {
        boolean counts = request.kind() != JobKind.EMBEDDING && tokensMax(request.input()) > promptTokensMax;
        return counts
                ? engine.promptTokens(Generation.of(request))
                : CompletableFuture.completedStage(OptionalInt.empty());
    }

    /** More tokens than the prompt of this input has. */
    static long tokensMax(JobInput input) {
        if (input instanceof JobInput.Chat chat) {
            long bytes = FRAME_BYTES_MAX;
            for (ChatMessage message : chat.messages()) {
                bytes += bytesMax(message.content()) + MESSAGE_BYTES_MAX;
            }
            // What a template writes around tools and their calls is its own affair: there the engine counts.
            return isPlain(chat) ? bytes : Long.MAX_VALUE;
        }
        if (input instanceof JobInput.Prompt raw) {
            return bytesMax(raw.prompt());
        }
        return input instanceof JobInput.Text text ? FRAME_BYTES_MAX + bytesMax(text.text()) : Long.MAX_VALUE;
    }

    private static boolean isPlain(JobInput.Chat chat) {
        return chat.tools().isEmpty()
                && chat.messages().stream()
                        .allMatch(message -> message.toolCalls().isEmpty());
    }

    private static long bytesMax(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (Character.isSurrogate(c)) {
                bytes += 2 * NORMAL_FORM_GROWTH_MAX;
            } else {
                bytes += (c < 0x800 ? 2 : 3) * NORMAL_FORM_GROWTH_MAX;
            }
        }
        return bytes;
    }
}
