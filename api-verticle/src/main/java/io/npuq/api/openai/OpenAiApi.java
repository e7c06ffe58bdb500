package io.npuq.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.embedding.Embeddings;
import io.npuq.api.generate.Generations;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.generate.ToolUse;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.schema.LaneStatus;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Chat, completions, embeddings and models. */
public final class OpenAiApi {
    private static final int OK = 200;
    private static final List<String> ROOTS = List.of("/v1", "/v3");

    private final Generations generations;
    private final ServedModels models;
    private final Embeddings embeddings;
    private final ToolUse tools;
    private final Instant started;

    /**
     * Serves these jobs.
     *
     * @param embeddings what is known of embeddings
     * @param tools whether they are allowed
     * @param started since when models are served
     */
    public OpenAiApi(Generations generations, Embeddings embeddings, ToolUse tools, Instant started) {
        this.generations = generations;
        this.models = new ServedModels(generations::lanes);
        this.embeddings = embeddings;
        this.tools = tools;
        this.started = started;
    }

    /** Adds the routes. */
    public void addTo(Routes routes) {
        for (String root : ROOTS) {
            routes.at(root + "/chat/completions").post(this::chat);
            routes.at(root + "/completions").post(this::complete);
            routes.at(root + "/embeddings").post(this::embed);
            routes.at(root + "/models").get(this::list);
            routes.at(root + "/models/:name").get(exchange -> model(exchange, exchange.pathParameter("name")));
            routes.at(root + "/models/:organization/:name")
                    .get(exchange -> model(
                            exchange, exchange.pathParameter("organization") + "/" + exchange.pathParameter("name")));
        }
    }

    private Future<Answer> chat(Exchange exchange) {
        exchange.query();
        Asked asked = ChatFields.read(exchange.json(), models);
        return tools.allowed(asked.request())
                .compose(allowed -> asked.streamed()
                        ? generations.stream(exchange, asked.request(), new ChatStream(asked))
                        : generations.answer(exchange, asked.request(), job -> ChatAnswer.bytes(job, asked)));
    }

    private Future<Answer> complete(Exchange exchange) {
        exchange.query();
        Asked asked = CompletionFields.read(exchange.json(), models);
        return asked.streamed()
                ? generations.stream(exchange, asked.request(), new PlainStream(asked))
                : generations.answer(exchange, asked.request(), job -> CompletionAnswer.bytes(job, asked));
    }

    private Future<Answer> embed(Exchange exchange) {
        exchange.query();
        EmbeddingCall call = EmbeddingCall.read(exchange.json(), models, embeddings);
        return generations.answer(exchange, call.request(), call::answer);
    }

    private Future<Answer> list(Exchange exchange) {
        exchange.query();
        return Future.succeededFuture(Answer.json(OK, JsonOut.object(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (LaneStatus lane : models.all()) {
                json.writeStartObject();
                write(json, lane);
                json.writeEndObject();
            }
            json.writeEndArray();
        })));
    }

    private Future<Answer> model(Exchange exchange, String name) {
        exchange.query();
        LaneStatus lane = models.find(name)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        404,
                        "model_not_found",
                        "model " + Text.echo(name) + " is not loaded; GET /v1/models lists those that are",
                        "model")));
        return Future.succeededFuture(Answer.json(OK, JsonOut.object(json -> write(json, lane))));
    }

    private void write(JsonGenerator json, LaneStatus lane) throws IOException {
        json.writeStringField("id", lane.model());
        json.writeStringField("object", "model");
        json.writeNumberField("created", started.getEpochSecond());
        json.writeStringField("owned_by", "npuq");
    }
}
