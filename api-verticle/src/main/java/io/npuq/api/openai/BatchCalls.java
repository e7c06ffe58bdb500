package io.npuq.api.openai;

import io.npuq.api.batch.LineCall;
import io.npuq.api.batch.LineCalls;
import io.npuq.api.embedding.Embeddings;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolUse;
import io.npuq.api.http.Fields;
import io.npuq.schema.Job;
import io.npuq.schema.JobRequest;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** The endpoints that a batch's lines may ask, read and answered as if they were asked one by one. */
public final class BatchCalls implements LineCalls {
    private final Map<String, Function<Fields, LineCall>> readers = new LinkedHashMap<>();
    private final ServedModels models;
    private final Supplier<List<LaneStatus>> lanes;
    private final Embeddings embeddings;
    private final BooleanSupplier takesTools;

    /**
     * Of these lanes.
     *
     * @param lanes every lane as it stands, the main one first
     * @param embeddings what is known of embeddings
     * @param takesTools whether the main lane's model is told of tools; may read files
     */
    public BatchCalls(Supplier<List<LaneStatus>> lanes, Embeddings embeddings, BooleanSupplier takesTools) {
        this.lanes = lanes;
        this.models = new ServedModels(lanes);
        this.embeddings = embeddings;
        this.takesTools = takesTools;
        readers.put("/v1/chat/completions", this::chat);
        readers.put("/v1/completions", this::completion);
        readers.put("/v1/embeddings", this::embedding);
        readers.put("/v1/responses", this::response);
    }

    @Override
    public List<String> urls() {
        return List.copyOf(readers.keySet());
    }

    @Override
    public LineCall read(String url, Fields body) {
        LineCall call = Objects.requireNonNull(readers.get(url), url).apply(body);
        return body.has("priority")
                ? call
                : new LineCall(call.request().withPriority(Limits.PRIORITY_BATCH), false, call.model(), call.answer());
    }

    private LineCall chat(Fields body) {
        Asked asked = ChatFields.read(body, models);
        checkTools(asked.request());
        return call(asked, ChatAnswer::bytes);
    }

    private LineCall completion(Fields body) {
        return call(CompletionFields.read(body, models), CompletionAnswer::bytes);
    }

    private static LineCall call(Asked asked, BiFunction<Job, Asked, byte[]> answer) {
        return new LineCall(asked.request(), true, asked.model(), job -> answer.apply(job, asked));
    }

    /** One that asks for the background gets what the others get: nobody waits for any of them. */
    private LineCall response(Fields body) {
        ResponseFields asked = ResponseFields.read(body, models);
        checkTools(asked.request());
        return new LineCall(asked.request(), true, asked.model(), job -> ResponseJson.bytes(job, asked.model()));
    }

    private LineCall embedding(Fields body) {
        EmbeddingCall call = EmbeddingCall.read(body, models, embeddings);
        return new LineCall(call.request(), true, call.model(), call::answer);
    }

    private void checkTools(JobRequest request) {
        if (ToolUse.hasTools(request) && !takesTools.getAsBoolean()) {
            throw ToolUse.refused(lanes.get().get(0).model());
        }
    }
}
