package io.npuq.api.backend;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.embedding.Embeddings;
import io.npuq.api.embedding.Vectors;
import io.npuq.api.generate.Generations;
import io.npuq.api.generate.SamplingFields;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.WaitingRequest;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Routes;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.Embedding;
import io.npuq.schema.Evidence;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Job;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.ResponseFormat;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** {@code /inference} and {@code /embeddings}: for programs that want an answer and its proof, and no protocol around them. */
public final class BackendApi {
    private static final List<String> OF_INFERENCE = Stream.of(
                    List.of("prompt", "model", "max_tokens"), WaitingRequest.NAMES, SamplingFields.NAMES)
            .flatMap(List::stream)
            .toList();

    private static final List<String> OF_EMBEDDINGS = List.of("texts", "model", "priority");

    private final Generations generations;
    private final Embeddings embeddings;
    private final ServedModels models;

    /** Serves these jobs. */
    public BackendApi(Generations generations, Embeddings embeddings) {
        this.generations = generations;
        this.embeddings = embeddings;
        this.models = new ServedModels(generations::lanes);
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        routes.at("/inference").post(this::infer);
        routes.at("/embeddings").post(this::embed);
    }

    private Future<Answer> infer(Exchange exchange) {
        exchange.query();
        Fields body = exchange.json().onlyKnown(OF_INFERENCE);
        String prompt = body.requiredText("prompt");
        InvalidInputException.check(!prompt.isBlank(), "prompt", "prompt must not be empty");
        int tokens = body.integer("max_tokens", JobKind.CHAT.newTokensDefault());
        InvalidInputException.check(
                tokens >= 1 && tokens <= Limits.CHAT_NEW_TOKENS_MAX,
                "max_tokens",
                "max_tokens must be from 1 to " + Limits.CHAT_NEW_TOKENS_MAX);
        models.generating(body.text("model"));
        JobRequest request = WaitingRequest.chat(
                body,
                new JobInput.Chat(List.of(new ChatMessage("user", prompt))),
                tokens,
                SamplingFields.read(body),
                ResponseFormat.TEXT);
        return generations.answer(exchange, request, BackendApi::inferred);
    }

    private static byte[] inferred(Job job) {
        Evidence evidence = job.evidence().orElseThrow();
        return JsonOut.object(json -> {
            json.writeStringField("text", job.result().orElseThrow().text());
            madeBy(json, evidence);
            json.writeFieldName("evidence");
            json.writePOJO(evidence);
        });
    }

    private Future<Answer> embed(Exchange exchange) {
        exchange.query();
        Fields body = exchange.json().onlyKnown(OF_EMBEDDINGS);
        embeddings.check("model");
        models.embedding(body.text("model"));
        InvalidInputException.check(body.has("texts"), "texts", "texts is missing");
        JobRequest request =
                JobRequest.embedding(body.texts("texts")).withPriority(body.integer("priority", Limits.PRIORITY_SYNC));
        return generations.answer(exchange, request, BackendApi::embedded);
    }

    private static byte[] embedded(Job job) {
        return JsonOut.object(json -> {
            json.writeArrayFieldStart("embeddings");
            for (Embedding embedding : job.result().orElseThrow().embeddings()) {
                Vectors.write(json, embedding.vector());
            }
            json.writeEndArray();
            madeBy(json, job.evidence().orElseThrow());
        });
    }

    /** The device is what executed it, not what was asked for: null where all vectors were known already. */
    private static void madeBy(JsonGenerator json, Evidence evidence) throws IOException {
        json.writeStringField("model", evidence.model());
        json.writeStringField("device", evidence.deviceActual());
    }
}
